-- Warranties: the app keeps one last day for everything.
SELECT w.wty_no     AS cover_id,
       w.equip_no   AS asset_id,
       w.granted_by AS kind,
       w.vendor_no  AS provider_id,
       w.first_day  AS start_date,
       w.last_day   AS parts_end_date,
       w.last_day   AS labour_end_date,
       w.last_day   AS travel_end_date,
       w.last_day   AS expense_end_date
FROM svc.warranty w;
