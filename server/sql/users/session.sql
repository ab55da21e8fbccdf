-- $1 session
SELECT u.id, u.name, u.display_name, s.created_at, s.expires_at
  FROM session s JOIN users u ON u.id = s.user_id
 WHERE s.id = $1::uuid
