-- One member, as another one sees them.
-- $1 group, $2 reader, $3 member or mask
SELECT
\ir member.part
  FROM groups g
  JOIN member r ON r.group_id = g.id AND r.user_id = $2::uuid
  JOIN member m ON m.group_id = g.id
  JOIN users u ON u.id = m.user_id
  LEFT JOIN mask k ON k.group_id = g.id AND k.user_id = m.user_id AND k.worn
 CROSS JOIN LATERAL (
        SELECT m.user_id = r.user_id AS is_self,
               k.id IS NOT NULL AND m.user_id <> r.user_id
               AND NOT (g.leaders_see_through AND r.role <> 'member') AS hidden) v
 WHERE g.id = $1::uuid AND (m.user_id = $3::uuid OR k.id = $3::uuid)
