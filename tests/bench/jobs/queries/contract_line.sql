SELECT contract_id, line_no, share_parts, price_list_id FROM contract_line
