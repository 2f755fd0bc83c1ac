SELECT item_id, valid_from, unit_cost, currency FROM item_cost
