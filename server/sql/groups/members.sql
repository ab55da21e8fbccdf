-- Who is in a group, the first to join first.
-- $1 group, $2 limit, $3 joined_at and $4 user of the last one of the page before
SELECT u.id, u.name, u.display_name, m.role, m.joined_at
  FROM member m
  JOIN users u ON u.id = m.user_id
 WHERE m.group_id = $1::uuid AND u.state = 'active'
   AND ($3::timestamptz IS NULL OR (m.joined_at, m.user_id) > ($3, $4::uuid))
 ORDER BY m.joined_at, m.user_id
 LIMIT $2::integer
