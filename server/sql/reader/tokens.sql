-- A user's tokens, the newest first.
-- $1 user uuid
SELECT id, name, scopes, created_at, expires_at, last_used_at
  FROM token WHERE user_id = $1
 ORDER BY created_at DESC, id DESC
 LIMIT 100
