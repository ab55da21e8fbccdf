-- The group that a code leads to, as who has just joined sees it.
-- $1 code, $2 member
SELECT g.id, g.name, g.description, g.kind, g.access, m.role,
       (SELECT count(*)::integer FROM member c WHERE c.group_id = g.id) AS members,
       g.created_at, g.updated_at, g.version
  FROM invitation i
  JOIN groups g ON g.id = i.group_id
  JOIN member m ON m.group_id = g.id AND m.user_id = $2::uuid
 WHERE i.code = $1::text
