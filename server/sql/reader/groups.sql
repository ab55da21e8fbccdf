-- The groups that a user is in: their own first, then by name, those of two, Everyone last.
-- $1 user uuid
SELECT g.id, g.kind, m.role, g.access, (SELECT count(*) FROM member c WHERE c.group_id = g.id) AS members,
\ir called.part
       AS name
  FROM member m JOIN groups g ON g.id = m.group_id
 WHERE m.user_id = $1 AND g.deleted_at IS NULL
 ORDER BY CASE g.kind WHEN 'personal' THEN 0 WHEN 'group' THEN 1 WHEN 'pair' THEN 2 ELSE 3 END,
          lower(g.name), g.id
