-- The group that a code leads to, as who has just joined sees it.
-- $1 code, $2 member
SELECT
\ir shown.part
  FROM invitation i
  JOIN groups g ON g.id = i.group_id
  JOIN member m ON m.group_id = g.id AND m.user_id = $2::uuid
  LEFT JOIN mask k ON k.group_id = m.group_id AND k.user_id = m.user_id
 WHERE i.code = $1::text
