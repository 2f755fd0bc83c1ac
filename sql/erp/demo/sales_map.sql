-- Used material or activity to the number it is sold under.
SELECT s.used AS used_item_id, s.sold AS sales_item_id
FROM sales_code s;
