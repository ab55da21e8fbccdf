-- Asks to be let into a group, after lock.sql; who waits already goes on waiting. Refused: not-found,
-- conflict (it is not, or no longer, a group that one asks).
-- $1 id, $2 group, $3 user, $4 message or null
WITH target AS (
    SELECT g.id, g.access = 'restricted'
           AND NOT EXISTS (SELECT FROM member m WHERE m.group_id = g.id AND m.user_id = $3::uuid) AS fits
      FROM groups g WHERE g.id = $2::uuid AND g.kind = 'group' AND g.deleted_at IS NULL
), made AS (
    INSERT INTO join_request (id, group_id, user_id, message)
    SELECT $1::uuid, t.id, $3::uuid, $4::text FROM target t WHERE t.fits
        ON CONFLICT (group_id, user_id) WHERE state = 'waiting' DO NOTHING
    RETURNING id, group_id, user_id
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'request.created', m.group_id, x.id, m.id, m.user_id
      FROM made m JOIN audience x ON x.group_id = m.group_id AND x.class = 1
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM target) THEN refuse('not-found')
            WHEN NOT (SELECT fits FROM target) THEN refuse('conflict') END
