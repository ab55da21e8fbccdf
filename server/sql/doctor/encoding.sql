-- Texts are UTF-8. A row is a fault.
SELECT 'the database''s encoding is ' || current_setting('server_encoding') || ', it must be UTF8'
       AS fault
 WHERE current_setting('server_encoding') <> 'UTF8'
