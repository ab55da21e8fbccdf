-- One group as one of its members sees it, inside the transaction that changed it.
-- $1 group, $2 member
SELECT
\ir shown.part
  FROM groups g
  LEFT JOIN member m ON m.group_id = g.id AND m.user_id = $2::uuid
  LEFT JOIN mask k ON k.group_id = m.group_id AND k.user_id = m.user_id
 WHERE g.id = $1::uuid
