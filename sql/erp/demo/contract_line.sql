-- What a contract covers. Percents are made fractions as text; a budget makes the line metered by amount.
SELECT f.contract AS contract_id,
       f.pos AS line_no,
       f.cover AS share_parts,
       f.cover AS share_labour,
       f.cover AS share_travel,
       f.discount AS discount_parts_pct,
       CASE WHEN f.budget IS NULL THEN 'none' ELSE 'amount' END AS allowance_kind,
       f.budget AS allowance_qty
FROM (SELECT p.contract, p.pos, p.budget,
             CASE WHEN p.cover_pct = 100 THEN '1' WHEN p.cover_pct < 10 THEN '0.0' || p.cover_pct
                  ELSE '0.' || p.cover_pct END AS cover,
             CASE WHEN p.parts_discount_pct < 10 THEN '0.0' ELSE '0.' END || p.parts_discount_pct AS discount
      FROM service_contract_pos p) f;
