-- Every account that has not been erased, for the command line.
SELECT name, state, admin, created_at FROM users WHERE state <> 'erased' ORDER BY name
