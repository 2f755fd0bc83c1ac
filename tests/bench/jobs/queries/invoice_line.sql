SELECT inv_id, line_no, wo_ref, sales_item_id, quantity, uom, unit_price, net_amount FROM invoice_line
