-- $1 group, $2 user
SELECT u.id, u.name, u.display_name, m.role, m.joined_at
  FROM member m
  JOIN users u ON u.id = m.user_id
 WHERE m.group_id = $1::uuid AND m.user_id = $2::uuid
