SELECT inv_id, kind, status, customer_id, currency, posting_date FROM invoice
