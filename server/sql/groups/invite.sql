-- A way into a group, after lock.sql. No row: one may not make it.
-- $1 group, $2 actor, $3 roles that may invite, $4 make moderators, $5 make admins and owners, $6 id,
-- $7 code, $8 role given, $9 uses or null, $10 expires_at or null
WITH made AS (
    INSERT INTO invitation (id, group_id, code, role, author_id, uses_left, expires_at)
    SELECT $6::uuid, g.id, $7::text, i.role, m.user_id, $9::integer, $10::timestamptz
      FROM groups g JOIN member m ON m.group_id = g.id, (SELECT $8::text AS role) i
     WHERE g.id = $1::uuid AND g.kind = 'group' AND g.deleted_at IS NULL AND m.user_id = $2::uuid AND
\ir givable.part
    RETURNING *
), told AS (
    INSERT INTO event (document_id, kind, group_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'invitation.created', group_id, id, author_id FROM made
)
SELECT i.id, i.group_id, i.code, i.role, i.uses_left, i.expires_at, i.created_at,
       u.id AS author_id, u.name AS author_name, u.display_name AS author_display_name
  FROM made i JOIN users u ON u.id = i.author_id
