SELECT customer_id, name FROM customer
