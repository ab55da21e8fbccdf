-- $1 session
WITH ended AS (
    DELETE FROM session WHERE id = $1::uuid RETURNING id, user_id
)
INSERT INTO event (document_id, kind, subject_id, actor_id)
SELECT '00000000-0000-0000-0000-000000000000', 'session.ended', id, user_id FROM ended
