SELECT item_id, base_uom FROM item
