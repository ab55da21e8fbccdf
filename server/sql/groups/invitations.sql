-- The invitations to a group that can still be accepted, newest first, for those who may make them: who
-- has one of a leader's role is one.
-- $1 group, $2 reader, $3 roles that may invite, $4 make moderators, $5 make admins and owners,
-- $6 limit, $7 created_at and $8 id of the last one before
SELECT i.id, i.group_id, i.code, i.role, i.uses_left, i.expires_at, i.created_at,
       u.id AS author_id, u.name AS author_name, u.display_name AS author_display_name
  FROM invitation i
\ir inviter.part
  JOIN member m ON m.group_id = i.group_id AND m.user_id = $2::uuid
 WHERE i.group_id = $1::uuid AND i.revoked_at IS NULL
   AND (i.expires_at IS NULL OR i.expires_at > now()) AND (i.uses_left IS NULL OR i.uses_left > 0)
   AND ($7::timestamptz IS NULL OR (i.created_at, i.id) < ($7, $8::uuid)) AND
\ir givable.part
 ORDER BY i.created_at DESC, i.id DESC
 LIMIT $6::integer
