-- Accepts an invitation, after lock_invitation.sql; for a member it changes nothing. Refused:
-- not-found, gone.
-- $1 code, $2 user
WITH invited AS (
    SELECT i.id, i.group_id, i.role,
           i.revoked_at IS NULL AND (i.expires_at IS NULL OR i.expires_at > now())
               AND (i.uses_left IS NULL OR i.uses_left > 0) AS is_open,
           g.deleted_at IS NULL AS is_there,
           EXISTS (SELECT FROM member m
                    WHERE m.group_id = i.group_id AND m.user_id = $2::uuid) AS is_member
      FROM invitation i JOIN groups g ON g.id = i.group_id
     WHERE i.code = $1::text
), joined AS (
    INSERT INTO member (group_id, user_id, role)
    SELECT group_id, $2::uuid, role FROM invited WHERE is_open AND is_there AND NOT is_member
    RETURNING group_id, user_id
), used AS (
    UPDATE invitation i SET uses_left = i.uses_left - 1
      FROM invited v JOIN joined j ON j.group_id = v.group_id
     WHERE i.id = v.id
), withdrawn AS (
    UPDATE join_request q SET state = 'withdrawn', decided_by = j.user_id, decided_at = now()
      FROM joined j WHERE q.group_id = j.group_id AND q.user_id = j.user_id AND q.state = 'waiting'
), masked AS ( -- where members are hidden: one who got a mask with their first words would tell of them
    SELECT mask_of(j.group_id, j.user_id) FROM joined j
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'member.joined', t.group_id,
\ir told_to.part
           , t.user_id, t.user_id
      FROM joined t
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM invited) THEN refuse('not-found')
            WHEN NOT EXISTS (SELECT FROM invited WHERE is_there AND (is_open OR is_member))
            THEN refuse('gone')
            ELSE EXISTS (SELECT FROM masked) END
