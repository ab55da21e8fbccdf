-- A group for its page, if the reader is in it or may read in it. A pair is called after the other one.
-- $1 reader uuid, $2 audiences of their pass integer[], $3 group uuid
SELECT g.id, g.kind, g.access, g.description, g.anonymous, g.leaders_see_through, g.premoderated, m.role,
\ir called.part
       AS name
  FROM groups g
  JOIN audience a ON a.group_id = g.id AND a.class = 0
  LEFT JOIN member m ON m.group_id = g.id AND m.user_id = $1
 WHERE g.id = $3 AND g.deleted_at IS NULL AND (m.user_id IS NOT NULL OR a.id = ANY ($2::integer[]))
