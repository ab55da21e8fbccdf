-- $1 user
SELECT id, name, display_name, admin, own_group_id, created_at, version
  FROM users WHERE id = $1::uuid
