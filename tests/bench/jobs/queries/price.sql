SELECT price_list_id, used_item_id, valid_from, valid_to, unit_price, currency FROM price
