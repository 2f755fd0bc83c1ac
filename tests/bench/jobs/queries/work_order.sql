SELECT wo_id, wo_type, status, customer_id, contract_id, currency, created_at, completed_at, closed_at FROM
work_order
