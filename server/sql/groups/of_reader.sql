-- The groups that one is in, newest first.
-- $1 reader, $2 limit, $3 created_at and $4 id of the last one of the page before
SELECT
\ir shown.part
  FROM member m
  JOIN groups g ON g.id = m.group_id
  LEFT JOIN mask k ON k.group_id = m.group_id AND k.user_id = m.user_id
 WHERE m.user_id = $1::uuid AND g.deleted_at IS NULL
   AND ($3::timestamptz IS NULL OR (g.created_at, g.id) < ($3, $4::uuid))
 ORDER BY g.created_at DESC, g.id DESC
 LIMIT $2::integer
