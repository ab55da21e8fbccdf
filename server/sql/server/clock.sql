-- What PostgreSQL is, and what time it has.
SELECT current_setting('server_version') AS version, clock_timestamp() AS now
