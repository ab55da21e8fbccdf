-- Uses up a setup code; refused unless it holds and there is no admin yet.
-- $1 SHA-256 of the code, $2 user
WITH used AS (
    UPDATE setup SET used_at = now(), used_by = $2::uuid
     WHERE code_hash = $1::bytea AND used_at IS NULL AND expires_at > now()
       AND NOT EXISTS (SELECT FROM users WHERE admin AND state = 'active')
    RETURNING code_hash
)
SELECT refuse('gone') WHERE NOT EXISTS (SELECT FROM used)
