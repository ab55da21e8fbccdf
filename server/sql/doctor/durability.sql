-- An acknowledged write must survive a crash. A row is a fault.
SELECT name || ' is off: what was acknowledged may be lost in a crash' AS fault
  FROM pg_catalog.pg_settings
 WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'
 ORDER BY name
