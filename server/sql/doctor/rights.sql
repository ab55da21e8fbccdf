-- The server's role must be able to read every table. A row is a fault.
SELECT 'the server''s role may not read gloss.' || c.relname || '; run gloss migrate' AS fault
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'gloss' AND c.relkind IN ('r', 'p')
   AND NOT has_table_privilege(c.oid, 'SELECT')
 ORDER BY c.relname
