-- $1 id, $2 user, $3 SHA-256 of the token, $4 label, $5 scopes, $6 expires_at or null
WITH made AS (
    INSERT INTO token (id, user_id, hash, name, scopes, expires_at)
    VALUES ($1::uuid, $2::uuid, $3::bytea, $4::text, $5::integer, $6::timestamptz)
    RETURNING id, user_id, name, scopes, created_at, expires_at, last_used_at
), told AS (
    INSERT INTO event (document_id, kind, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'token.created', id, user_id FROM made
)
SELECT id, name, scopes, created_at, expires_at, last_used_at FROM made
