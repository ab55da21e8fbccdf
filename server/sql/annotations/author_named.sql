-- The user of a name.
-- $1 name text
SELECT u.id FROM users u WHERE u.name = lower($1::text);
