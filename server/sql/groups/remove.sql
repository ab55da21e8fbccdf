-- Takes a member out of a group, after lock.sql: another one, or oneself. Their invitations end, so that
-- they do not come back by one. Refused: not-allowed, not-found, last-owner.
-- $1 group, $2 actor, $3 roles that may remove others, $4 member or mask, $5 roles that may remove
-- owners and admins
WITH
\ir named.part
, may AS (
    SELECT FROM named n, member a JOIN groups g ON g.id = a.group_id
     WHERE a.group_id = $1::uuid AND a.user_id = $2::uuid AND g.deleted_at IS NULL AND g.kind = 'group'
       AND (n.user_id = $2::uuid
            OR a.role = ANY (CASE WHEN n.leads THEN $5::text[] ELSE $3::text[] END))
), removed AS (
    DELETE FROM member m USING named n
     WHERE m.group_id = $1::uuid AND m.user_id = n.user_id AND EXISTS (SELECT FROM may)
       AND NOT n.is_last
    RETURNING m.group_id, m.user_id
), revoked AS (
    UPDATE invitation i SET revoked_at = now() FROM removed r
     WHERE i.group_id = r.group_id AND i.author_id = r.user_id AND i.revoked_at IS NULL
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000',
           CASE WHEN t.user_id = $2::uuid THEN 'member.left' ELSE 'member.removed' END, t.group_id,
\ir told_to.part
           , t.user_id, $2::uuid
      FROM removed t
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM named) THEN refuse('not-found')
            WHEN NOT EXISTS (SELECT FROM may) THEN refuse('not-allowed')
            WHEN (SELECT is_last FROM named) THEN refuse('last-owner') END
