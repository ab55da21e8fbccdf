-- Makes another member the owner, and its owner an admin, after lock.sql. Refused: not-allowed,
-- not-found, conflict (oneself, or an account that is closed).
-- $1 group, $2 actor, $3 roles that may, $4 member or mask, $5 roles that may make admins and owners
WITH
\ir named.part
, may AS (
    SELECT FROM member a JOIN groups g ON g.id = a.group_id
     WHERE a.group_id = $1::uuid AND a.user_id = $2::uuid AND a.role = ANY ($3::text[])
       AND g.deleted_at IS NULL AND g.kind = 'group'
), fit AS (
    SELECT n.user_id FROM named n JOIN users u ON u.id = n.user_id
     WHERE u.state = 'active' AND n.user_id <> $2::uuid
), changed AS (
    UPDATE member m SET role = CASE WHEN m.user_id = f.user_id THEN 'owner' ELSE 'admin' END
      FROM fit f
     WHERE m.group_id = $1::uuid AND m.user_id IN (f.user_id, $2::uuid) AND EXISTS (SELECT FROM may)
    RETURNING m.group_id, m.user_id
), revoked AS (
    UPDATE invitation i SET revoked_at = now() FROM changed c
     WHERE c.user_id = $2::uuid AND i.group_id = c.group_id AND i.author_id = c.user_id
       AND i.revoked_at IS NULL AND i.role IN ('owner', 'admin') AND NOT 'admin' = ANY ($5::text[])
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'member.role_changed', t.group_id,
\ir told_to.part
           , t.user_id, $2::uuid
      FROM changed t
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM may) THEN refuse('not-allowed')
            WHEN NOT EXISTS (SELECT FROM named) THEN refuse('not-found')
            WHEN NOT EXISTS (SELECT FROM fit) THEN refuse('conflict') END
