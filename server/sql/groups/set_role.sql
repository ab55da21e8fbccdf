-- Another role for a member, after lock.sql. Refused: not-allowed, not-found, last-owner.
-- $1 group, $2 actor, $3 roles that may, $4 member, $5 role
WITH may AS (
    SELECT FROM member a JOIN groups g ON g.id = a.group_id
     WHERE a.group_id = $1::uuid AND a.user_id = $2::uuid AND a.role = ANY ($3::text[])
       AND g.deleted_at IS NULL AND g.kind = 'group'
), target AS (
    SELECT m.role,
           m.role = 'owner' AND $5::text <> 'owner'
           AND NOT EXISTS (SELECT FROM member o JOIN users u ON u.id = o.user_id
                            WHERE o.group_id = $1::uuid AND o.role = 'owner'
                              AND o.user_id <> $4::uuid AND u.state = 'active') AS is_last
      FROM member m WHERE m.group_id = $1::uuid AND m.user_id = $4::uuid
), changed AS (
    UPDATE member m SET role = $5::text
      FROM target t
     WHERE m.group_id = $1::uuid AND m.user_id = $4::uuid AND m.role <> $5::text
       AND EXISTS (SELECT FROM may) AND NOT t.is_last
    RETURNING m.group_id, m.user_id
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'member.role_changed', c.group_id, x.id, c.user_id, $2::uuid
      FROM changed c JOIN audience x ON x.group_id = c.group_id AND x.class = 0
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM may) THEN refuse('not-allowed')
            WHEN NOT EXISTS (SELECT FROM target) THEN refuse('not-found')
            WHEN (SELECT is_last FROM target) THEN refuse('last-owner') END
