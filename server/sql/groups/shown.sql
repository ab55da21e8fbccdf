-- One group as one of its members sees it, inside the transaction that changed it.
-- $1 group, $2 member
SELECT g.id, g.name, g.description, g.kind, g.access, m.role,
       (SELECT count(*)::integer FROM member c WHERE c.group_id = g.id) AS members,
       g.created_at, g.updated_at, g.version
  FROM groups g
  LEFT JOIN member m ON m.group_id = g.id AND m.user_id = $2::uuid
 WHERE g.id = $1::uuid
