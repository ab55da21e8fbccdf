-- The requests to join a group, newest first, for those who decide on them.
-- $1 group, $2 reader, $3 the reader's pass, $4 roles that decide, $5 state or null, $6 limit,
-- $7 created_at and $8 id of the last one before
SELECT
\ir request.part
  FROM join_request q JOIN groups g ON g.id = q.group_id JOIN users u ON u.id = q.user_id
 WHERE q.group_id = $1::uuid AND ($5::text IS NULL OR q.state = $5) AND u.state <> 'erased'
   AND EXISTS (SELECT FROM member m WHERE m.group_id = g.id AND m.user_id = $2::uuid
                                      AND m.role = ANY ($4::text[]))
   AND ($7::timestamptz IS NULL OR (q.created_at, q.id) < ($7, $8::uuid))
 ORDER BY q.created_at DESC, q.id DESC
 LIMIT $6::integer
