-- What one has asked for, newest first.
-- $1 limit, $2 reader, $3 the reader's pass, $4 created_at and $5 id of the last one before
SELECT
\ir request.part
  FROM join_request q JOIN groups g ON g.id = q.group_id JOIN users u ON u.id = q.user_id
 WHERE q.user_id = $2::uuid AND g.deleted_at IS NULL
   AND ($4::timestamptz IS NULL OR (q.created_at, q.id) < ($4, $5::uuid))
 ORDER BY q.created_at DESC, q.id DESC
 LIMIT $1::integer
