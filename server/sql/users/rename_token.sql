-- No row: one has no such token.
-- $1 id, $2 user, $3 label; null: as it is
WITH renamed AS (
    UPDATE token SET name = coalesce($3::text, name) WHERE id = $1::uuid AND user_id = $2::uuid
    RETURNING id, user_id, name, scopes, created_at, expires_at, last_used_at
), told AS (
    INSERT INTO event (document_id, kind, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'token.updated', id, user_id FROM renamed
)
SELECT id, name, scopes, created_at, expires_at, last_used_at FROM renamed
