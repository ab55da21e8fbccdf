-- No row: one has no such token.
-- $1 id, $2 user
WITH revoked AS (
    DELETE FROM token WHERE id = $1::uuid AND user_id = $2::uuid RETURNING id, user_id
), told AS (
    INSERT INTO event (document_id, kind, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'token.revoked', id, user_id FROM revoked
)
SELECT id FROM revoked
