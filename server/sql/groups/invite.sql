-- A way into a group. No row: one may not make it.
-- $1 id, $2 group, $3 actor, $4 roles that may, $5 code, $6 role given, $7 uses or null,
-- $8 expires_at or null
WITH made AS (
    INSERT INTO invitation (id, group_id, code, role, author_id, uses_left, expires_at)
    SELECT $1::uuid, g.id, $5::text, $6::text, m.user_id, $7::integer, $8::timestamptz
      FROM groups g JOIN member m ON m.group_id = g.id
     WHERE g.id = $2::uuid AND g.kind = 'group' AND g.deleted_at IS NULL
       AND m.user_id = $3::uuid AND m.role = ANY ($4::text[])
    RETURNING *
), told AS (
    INSERT INTO event (document_id, kind, group_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'invitation.created', group_id, id, author_id FROM made
)
SELECT i.id, i.group_id, i.code, i.role, i.uses_left, i.expires_at, i.created_at,
       u.id AS author_id, u.name AS author_name, u.display_name AS author_display_name
  FROM made i JOIN users u ON u.id = i.author_id
