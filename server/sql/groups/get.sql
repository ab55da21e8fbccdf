-- One group, for who may read it: their pass has its members' audience.
-- $1 group, $2 reader, $3 the reader's pass
SELECT g.id, g.name, g.description, g.kind, g.access, m.role,
       (SELECT count(*)::integer FROM member c WHERE c.group_id = g.id) AS members,
       g.created_at, g.updated_at, g.version
  FROM groups g
  JOIN audience x ON x.group_id = g.id AND x.class = 0
  LEFT JOIN member m ON m.group_id = g.id AND m.user_id = $2::uuid
 WHERE g.id = $1::uuid AND g.deleted_at IS NULL AND x.id = ANY ($3::integer[])
