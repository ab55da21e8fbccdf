-- Takes a member out of a group, after lock.sql: another one, or oneself. Refused: not-allowed,
-- not-found, last-owner.
-- $1 group, $2 actor, $3 roles that may remove others, $4 member
WITH may AS (
    SELECT FROM member a JOIN groups g ON g.id = a.group_id
     WHERE a.group_id = $1::uuid AND a.user_id = $2::uuid
       AND (a.role = ANY ($3::text[]) OR $2::uuid = $4::uuid)
       AND g.deleted_at IS NULL AND g.kind = 'group'
), target AS (
    SELECT m.role = 'owner'
           AND NOT EXISTS (SELECT FROM member o JOIN users u ON u.id = o.user_id
                            WHERE o.group_id = $1::uuid AND o.role = 'owner'
                              AND o.user_id <> $4::uuid AND u.state = 'active') AS is_last
      FROM member m WHERE m.group_id = $1::uuid AND m.user_id = $4::uuid
), removed AS (
    DELETE FROM member m USING target t
     WHERE m.group_id = $1::uuid AND m.user_id = $4::uuid AND EXISTS (SELECT FROM may)
       AND NOT t.is_last
    RETURNING m.group_id, m.user_id
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', CASE WHEN $2::uuid = $4::uuid THEN 'member.left' ELSE 'member.removed' END,
           r.group_id, x.id, r.user_id, $2::uuid
      FROM removed r JOIN audience x ON x.group_id = r.group_id AND x.class = 0
)
SELECT CASE WHEN $2::uuid = $4::uuid AND NOT EXISTS (SELECT FROM target) THEN refuse('not-found')
            WHEN NOT EXISTS (SELECT FROM may) THEN refuse('not-allowed')
            WHEN NOT EXISTS (SELECT FROM target) THEN refuse('not-found')
            WHEN (SELECT is_last FROM target) THEN refuse('last-owner') END
