-- The groups that a user is in: their own first, then by name, Everyone last.
-- $1 user uuid
SELECT g.id, g.kind, g.name, m.role
  FROM member m JOIN groups g ON g.id = m.group_id
 WHERE m.user_id = $1 AND g.deleted_at IS NULL
 ORDER BY CASE g.kind WHEN 'personal' THEN 0 WHEN 'everyone' THEN 2 ELSE 1 END, lower(g.name), g.id
