-- reconcile.sql - DuckDB writes what the view discrepancy finds; sorting is the business of whoever compares.
COPY (FROM discrepancy) TO 'result.csv' (HEADER false);
