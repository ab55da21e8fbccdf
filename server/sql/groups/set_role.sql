-- Another role for a member, after lock.sql. Refused: not-allowed, not-found, last-owner.
-- What they can no longer invite to, they have not invited to.
-- $1 group, $2 actor, $3 roles that may, $4 member or mask, $5 role, $6 roles that may where owners and
-- admins are made or unmade, $7 roles that may invite
-- Answers the member's id.
WITH
\ir named.part
, may AS (
    SELECT FROM named n, member a JOIN groups g ON g.id = a.group_id
     WHERE a.group_id = $1::uuid AND a.user_id = $2::uuid AND g.deleted_at IS NULL AND g.kind = 'group'
       AND a.role = ANY (CASE WHEN n.leads OR $5::text IN ('owner', 'admin') THEN $6::text[]
                              ELSE $3::text[] END)
), changed AS (
    UPDATE member m SET role = $5::text
      FROM named n
     WHERE m.group_id = $1::uuid AND m.user_id = n.user_id AND m.role <> $5::text
       AND EXISTS (SELECT FROM may) AND NOT (n.is_last AND $5::text <> 'owner')
    RETURNING m.group_id, m.user_id
), revoked AS (
    UPDATE invitation i SET revoked_at = now() FROM changed c
     WHERE i.group_id = c.group_id AND i.author_id = c.user_id AND i.revoked_at IS NULL
       AND NOT ($5::text = ANY ($7::text[])
                AND $5::text = ANY (CASE i.role WHEN 'member' THEN $7::text[] WHEN 'moderator' THEN $3::text[]
                                                ELSE $6::text[] END))
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'member.role_changed', t.group_id,
\ir told_to.part
           , t.user_id, $2::uuid
      FROM changed t
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM named) THEN refuse('not-found')
            WHEN NOT EXISTS (SELECT FROM may) THEN refuse('not-allowed')
            WHEN (SELECT is_last AND $5::text <> 'owner' FROM named) THEN refuse('last-owner') END AS done,
       (SELECT user_id FROM named) AS user_id
