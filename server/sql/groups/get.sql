-- One group, for who may read it: their pass has its members' audience. A pair is called after the
-- other one.
-- $1 group, $2 reader, $3 the reader's pass
SELECT g.id, CASE WHEN g.kind <> 'pair' THEN g.name
                 ELSE coalesce((SELECT u.display_name FROM member o JOIN users u ON u.id = o.user_id
                                 WHERE o.group_id = g.id AND o.user_id <> $2::uuid AND u.state <> 'erased'),
                               'A deleted reader') END AS name,
       g.description, g.kind, g.access, g.anonymous, g.leaders_see_through, g.premoderated, m.role,
       CASE WHEN m.role IS NOT NULL
            THEN (SELECT count(*)::integer FROM member c WHERE c.group_id = g.id) END AS members,
       k.id AS mask_id, k.name AS mask_name, k.worn AS mask_worn,
       g.created_at, g.updated_at, g.version
  FROM groups g
  JOIN audience x ON x.group_id = g.id AND x.class = 0
  LEFT JOIN member m ON m.group_id = g.id AND m.user_id = $2::uuid
  LEFT JOIN mask k ON k.group_id = m.group_id AND k.user_id = m.user_id
 WHERE g.id = $1::uuid AND g.deleted_at IS NULL AND x.id = ANY ($3::integer[])
