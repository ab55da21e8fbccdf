-- Who is in a group, for its members: the first to join first; then those behind masks that the reader
-- does not see through, in no order that tells anything. Where members are hidden from each other, one
-- who has no mask yet is left out.
-- $1 group, $2 reader, $3 limit, $4 time and $5 id of the last one of the page before, $6 role or null
WITH reader AS (
    SELECT r.user_id, g.anonymous, g.leaders_see_through AND r.role <> 'member' AS sees_through
      FROM groups g JOIN member r ON r.group_id = g.id AND r.user_id = $2::uuid
     WHERE g.id = $1::uuid
)
SELECT
\ir member.part
       , q.sort_at, q.sort_id
  FROM (
        (SELECT m.user_id, false AS hidden, m.joined_at AS sort_at, m.user_id AS sort_id
           FROM reader r, member m
          WHERE m.group_id = $1::uuid AND ($6::text IS NULL OR m.role = $6)
            AND (r.sees_through OR m.user_id = r.user_id
                 OR NOT r.anonymous
                    AND NOT EXISTS (SELECT FROM mask k WHERE k.group_id = m.group_id
                                                         AND k.user_id = m.user_id AND k.worn))
            AND EXISTS (SELECT FROM users u WHERE u.id = m.user_id AND u.state = 'active')
            AND ($4::timestamptz IS NULL OR (m.joined_at, m.user_id) > ($4, $5::uuid))
          ORDER BY m.joined_at, m.user_id LIMIT $3::integer)
        UNION ALL
        (SELECT k.user_id, true, '9999-12-31 00:00:00+00', k.id
           FROM reader r, mask k
           JOIN member m ON m.group_id = k.group_id AND m.user_id = k.user_id
          WHERE k.group_id = $1::uuid AND k.worn AND ($6::text IS NULL OR m.role = $6)
            AND NOT r.sees_through AND k.user_id <> r.user_id
            AND EXISTS (SELECT FROM users u WHERE u.id = m.user_id AND u.state = 'active')
            AND ($4::timestamptz IS NULL OR (timestamptz '9999-12-31 00:00:00+00', k.id) > ($4, $5::uuid))
          ORDER BY k.id LIMIT $3::integer)
       ) q
  JOIN member m ON m.group_id = $1::uuid AND m.user_id = q.user_id
  JOIN users u ON u.id = m.user_id
  LEFT JOIN mask k ON k.group_id = m.group_id AND k.user_id = m.user_id AND k.worn
 CROSS JOIN LATERAL (SELECT q.hidden, m.user_id = $2::uuid AS is_self) v
 ORDER BY q.sort_at, q.sort_id
 LIMIT $3::integer
