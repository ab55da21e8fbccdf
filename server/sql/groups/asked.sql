-- The latest request of a user to join a group.
-- $1 group, $2 user, $3 the user's pass
SELECT
\ir request.part
  FROM join_request q JOIN groups g ON g.id = q.group_id JOIN users u ON u.id = q.user_id
 WHERE q.group_id = $1::uuid AND q.user_id = $2::uuid
 ORDER BY q.created_at DESC, q.id DESC
 LIMIT 1
