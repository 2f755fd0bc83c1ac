-- What a contract covers. Percents are made fractions as text; a budget makes the line metered by amount.
SELECT p.contract AS contract_id,
       p.pos AS line_no,
       CASE p.cover_pct WHEN 100 THEN '1' ELSE printf('0.%02d', p.cover_pct) END AS share_parts,
       CASE p.cover_pct WHEN 100 THEN '1' ELSE printf('0.%02d', p.cover_pct) END AS share_labour,
       CASE p.cover_pct WHEN 100 THEN '1' ELSE printf('0.%02d', p.cover_pct) END AS share_travel,
       printf('0.%02d', p.parts_discount_pct) AS discount_parts_pct,
       CASE WHEN p.budget IS NULL THEN 'none' ELSE 'amount' END AS allowance_kind,
       p.budget AS allowance_qty
FROM service_contract_pos p;
