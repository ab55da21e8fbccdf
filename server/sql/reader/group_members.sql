-- The members of a group, for its members: the first to join first.
-- $1 reader uuid, $2 group uuid
SELECT u.id, u.name, u.display_name, m.role, m.joined_at
  FROM member m JOIN users u ON u.id = m.user_id
 WHERE m.group_id = $2 AND u.state <> 'erased'
   AND EXISTS (SELECT 1 FROM member s WHERE s.group_id = $2 AND s.user_id = $1)
 ORDER BY m.joined_at, m.user_id
 LIMIT 200
