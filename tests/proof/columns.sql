-- columns.sql - a line a table of both stores: schema, table, its columns.
SELECT table_schema || ' ' || table_name || ' ' || string_agg(column_name, ', ' ORDER BY ordinal_position)
FROM information_schema.columns WHERE table_schema IN ('fsm', 'erp')
GROUP BY table_schema, table_name ORDER BY table_schema, table_name;
