SELECT contract_id, customer_id, start_date, end_date, currency FROM contract
