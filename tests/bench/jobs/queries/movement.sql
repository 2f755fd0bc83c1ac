SELECT mov_id, line_no, movement_class, wo_ref, item_id, quantity, uom, cost_amount, currency, posting_date
FROM movement
