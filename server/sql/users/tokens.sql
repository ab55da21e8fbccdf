-- One's tokens, newest first. Times of the last row of the page before: null on the first page.
-- $1 user, $2 limit, $3 created_at, $4 id
SELECT id, name, scopes, created_at, expires_at, last_used_at
  FROM token
 WHERE user_id = $1::uuid AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid))
 ORDER BY created_at DESC, id DESC
 LIMIT $2::integer
