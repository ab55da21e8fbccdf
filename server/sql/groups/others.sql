-- The groups that one could read and is not in, newest first.
-- $1 reader, $2 the reader's pass, $3 accesses, $4 limit, $5 created_at and $6 id of the last one of the
-- page before
SELECT
\ir shown.part
  FROM groups g
  JOIN audience x ON x.group_id = g.id AND x.class = 0 AND x.id = ANY ($2::integer[])
  LEFT JOIN member m ON m.group_id = g.id AND m.user_id = $1::uuid
  LEFT JOIN mask k ON k.group_id = m.group_id AND k.user_id = m.user_id
 WHERE g.access <> 'private' AND g.access = ANY ($3::text[]) AND g.deleted_at IS NULL
   AND g.kind = 'group' AND m.user_id IS NULL
   AND ($5::timestamptz IS NULL OR (g.created_at, g.id) < ($5, $6::uuid))
 ORDER BY g.created_at DESC, g.id DESC
 LIMIT $4::integer
