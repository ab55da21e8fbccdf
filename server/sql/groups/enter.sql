-- Joins an open group, after lock.sql; for a member it changes nothing. Refused: not-found, not-allowed
-- (no longer open).
-- $1 group, $2 user
WITH target AS (
    SELECT g.id, g.access = 'open' AND g.kind = 'group' AS is_open,
           EXISTS (SELECT FROM member m WHERE m.group_id = g.id AND m.user_id = $2::uuid) AS is_member
      FROM groups g WHERE g.id = $1::uuid AND g.deleted_at IS NULL
), joined AS (
    INSERT INTO member (group_id, user_id)
    SELECT id, $2::uuid FROM target WHERE is_open AND NOT is_member
    RETURNING group_id, user_id
), withdrawn AS (
    UPDATE join_request q SET state = 'withdrawn', decided_by = j.user_id, decided_at = now()
      FROM joined j WHERE q.group_id = j.group_id AND q.user_id = j.user_id AND q.state = 'waiting'
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'member.joined', t.group_id,
\ir told_to.part
           , t.user_id, t.user_id
      FROM joined t
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM target) THEN refuse('not-found')
            WHEN NOT EXISTS (SELECT FROM target WHERE is_open OR is_member) THEN refuse('not-allowed') END
