-- Whom a reader may write to alone, by id or by name, and the group of the two, if there is one: a user
-- with whom they share a group other than Everyone, and who is known by name there. No row: there is
-- nobody whom the reader may know to be such.
-- $1 reader, $2 user or null, $3 name or null
SELECT u.id, p.id AS pair_id
  FROM users u
  LEFT JOIN groups p ON p.pair_key = least(u.id, $1::uuid) || ' ' || greatest(u.id, $1::uuid)
       AND p.deleted_at IS NULL
 WHERE (u.id = $2::uuid OR u.name = $3::text) AND u.id <> $1::uuid AND u.state = 'active'
   AND (p.id IS NOT NULL
        OR EXISTS (SELECT FROM member m
                     JOIN member o ON o.group_id = m.group_id AND o.user_id = u.id
                     JOIN groups g ON g.id = m.group_id
                    WHERE m.user_id = $1::uuid AND g.kind = 'group' AND g.deleted_at IS NULL
                      AND (g.leaders_see_through AND m.role <> 'member'
                           OR NOT g.anonymous
                              AND NOT EXISTS (SELECT FROM mask k WHERE k.group_id = g.id
                                                                   AND k.user_id = u.id AND k.worn))))
