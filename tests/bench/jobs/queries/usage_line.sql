SELECT usage_id, wo_id, item_id, quantity, uom, server_at FROM usage_line
