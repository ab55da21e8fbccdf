-- The invitations to a group that can still be accepted, newest first, for those who may make them.
-- $1 group, $2 reader, $3 roles that may, $4 limit, $5 created_at and $6 id of the last one before
SELECT i.id, i.group_id, i.code, i.role, i.uses_left, i.expires_at, i.created_at,
       u.id AS author_id, u.name AS author_name, u.display_name AS author_display_name
  FROM invitation i
  LEFT JOIN users u ON u.id = i.author_id AND u.state <> 'erased'
 WHERE i.group_id = $1::uuid AND i.revoked_at IS NULL
   AND (i.expires_at IS NULL OR i.expires_at > now()) AND (i.uses_left IS NULL OR i.uses_left > 0)
   AND EXISTS (SELECT FROM member m WHERE m.group_id = i.group_id AND m.user_id = $2::uuid
                                      AND m.role = ANY ($3::text[]))
   AND ($5::timestamptz IS NULL OR (i.created_at, i.id) < ($5, $6::uuid))
 ORDER BY i.created_at DESC, i.id DESC
 LIMIT $4::integer
