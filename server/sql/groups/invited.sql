-- An invitation that was made before, if one may still make such and it has not been revoked.
-- $1 id, $2 reader, $3 roles that may invite, $4 make moderators, $5 make admins and owners
SELECT i.id, i.group_id, i.code, i.role, i.uses_left, i.expires_at, i.created_at,
       u.id AS author_id, u.name AS author_name, u.display_name AS author_display_name
  FROM invitation i JOIN groups g ON g.id = i.group_id
\ir inviter.part
  JOIN member m ON m.group_id = i.group_id AND m.user_id = $2::uuid
 WHERE i.id = $1::uuid AND i.revoked_at IS NULL AND g.deleted_at IS NULL AND
\ir givable.part
