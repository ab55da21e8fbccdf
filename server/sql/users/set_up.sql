-- While no admin exists: the one code that makes its bearer the admin. Earlier ones that were not
-- used end. No row: there is an admin.
-- $1 SHA-256 of the code, bytea
WITH nobody AS (
    SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM users WHERE admin AND state = 'active')
), earlier AS (
    DELETE FROM setup WHERE used_at IS NULL
)
INSERT INTO setup (code_hash) SELECT $1 FROM nobody RETURNING code_hash;
