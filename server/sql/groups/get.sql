-- One group, for who may read it: their pass has its members' audience.
-- $1 group, $2 reader, $3 the reader's pass
SELECT
\ir shown.part
  FROM groups g
  JOIN audience x ON x.group_id = g.id AND x.class = 0
  LEFT JOIN member m ON m.group_id = g.id AND m.user_id = $2::uuid
  LEFT JOIN mask k ON k.group_id = m.group_id AND k.user_id = m.user_id
 WHERE g.id = $1::uuid AND g.deleted_at IS NULL AND x.id = ANY ($3::integer[])
