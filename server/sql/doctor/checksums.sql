-- Without checksums a damaged disk goes unnoticed. A row is a fault.
SELECT 'data checksums are off; stop PostgreSQL and run pg_checksums --enable' AS fault
 WHERE current_setting('data_checksums') <> 'on'
