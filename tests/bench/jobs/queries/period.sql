SELECT period_id, start_date, end_date FROM period
