-- The group that a code leads to, as who has just joined sees it.
-- $1 code, $2 member
SELECT g.id, CASE WHEN g.kind <> 'pair' THEN g.name
                 ELSE coalesce((SELECT u.display_name FROM member o JOIN users u ON u.id = o.user_id
                                 WHERE o.group_id = g.id AND o.user_id <> $2::uuid AND u.state <> 'erased'),
                               'A deleted reader') END AS name,
       g.description, g.kind, g.access, g.anonymous, g.leaders_see_through, g.premoderated, m.role,
       CASE WHEN m.role IS NOT NULL
            THEN (SELECT count(*)::integer FROM member c WHERE c.group_id = g.id) END AS members,
       k.id AS mask_id, k.name AS mask_name, k.worn AS mask_worn,
       g.created_at, g.updated_at, g.version
  FROM invitation i
  JOIN groups g ON g.id = i.group_id
  JOIN member m ON m.group_id = g.id AND m.user_id = $2::uuid
  LEFT JOIN mask k ON k.group_id = m.group_id AND k.user_id = m.user_id
 WHERE i.code = $1::text
