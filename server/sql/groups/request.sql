-- One request, for who asked and for those who decide.
-- $1 request, $2 reader, $3 the reader's pass, $4 roles that decide
SELECT
\ir request.part
  FROM join_request q JOIN groups g ON g.id = q.group_id JOIN users u ON u.id = q.user_id
 WHERE q.id = $1::uuid AND g.deleted_at IS NULL
   AND (q.user_id = $2::uuid
        OR EXISTS (SELECT FROM member m WHERE m.group_id = g.id AND m.user_id = $2::uuid
                                          AND m.role = ANY ($4::text[])))
