-- The groups that one is in, newest first.
-- $1 reader, $2 limit, $3 created_at and $4 id of the last one of the page before
SELECT g.id, CASE WHEN g.kind <> 'pair' THEN g.name
                 ELSE coalesce((SELECT u.display_name FROM member o JOIN users u ON u.id = o.user_id
                                 WHERE o.group_id = g.id AND o.user_id <> $1::uuid AND u.state <> 'erased'),
                               'A deleted reader') END AS name,
       g.description, g.kind, g.access, g.anonymous, g.leaders_see_through, g.premoderated, m.role,
       CASE WHEN m.role IS NOT NULL
            THEN (SELECT count(*)::integer FROM member c WHERE c.group_id = g.id) END AS members,
       k.id AS mask_id, k.name AS mask_name, k.worn AS mask_worn,
       g.created_at, g.updated_at, g.version
  FROM member m
  JOIN groups g ON g.id = m.group_id
  LEFT JOIN mask k ON k.group_id = m.group_id AND k.user_id = m.user_id
 WHERE m.user_id = $1::uuid AND g.deleted_at IS NULL
   AND ($3::timestamptz IS NULL OR (g.created_at, g.id) < ($3, $4::uuid))
 ORDER BY g.created_at DESC, g.id DESC
 LIMIT $2::integer
