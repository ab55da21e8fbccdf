-- Is PostgreSQL new enough? A row is a fault.
SELECT 'PostgreSQL ' || current_setting('server_version') || ' is too old: 15 or newer is needed'
       AS fault
 WHERE current_setting('server_version_num')::int < 150000
