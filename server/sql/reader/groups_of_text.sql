-- The groups in which a reader finds notes on a text, or writes them: those through which they read it,
-- home first, then others of their pass that have something on it, and their own.
-- $1 reader uuid, $2 the true pass integer[], $3 document uuid
-- `independent`: a rule says when its members read each other.
WITH found AS (
    SELECT d.group_id, 0 AS rank FROM document d
     WHERE d.id = $3::uuid AND d.audience_id = ANY ($2::integer[])
    UNION ALL
    SELECT l.group_id, 1 FROM listing l
     WHERE l.document_id = $3::uuid AND l.audience_id = ANY ($2::integer[])
    UNION ALL
    SELECT x.group_id, 2
      FROM unnest($2::integer[]) AS p (audience)
      JOIN audience x ON x.id = p.audience
     WHERE EXISTS (SELECT FROM annotation a WHERE a.document_id = $3::uuid
                      AND a.audience_id = p.audience AND a.deleted_at IS NULL)
        OR EXISTS (SELECT FROM showing w WHERE w.document_id = $3::uuid AND w.audience_id = p.audience)
    UNION ALL
    SELECT u.own_group_id, 3 FROM users u WHERE u.id = $1::uuid AND u.own_group_id IS NOT NULL
)
SELECT g.id, g.kind, CASE WHEN g.kind = 'pair' THEN coalesce(other.display_name, 'a deleted reader') ELSE g.name END AS name, f.rank,
       (m.role IS NOT NULL OR g.access = 'open' AND $1::uuid <> '00000000-0000-0000-0000-000000000000')
           AND annotating_allows($3::uuid, g.id) AS may_write,
       m.role IS NOT NULL AND EXISTS (
           SELECT FROM reading r WHERE r.group_id = g.id AND r.document_id = $3::uuid
              AND r.sealed_id IS NOT NULL) AS independent
  FROM (SELECT group_id, min(rank) AS rank FROM found GROUP BY group_id) f
  JOIN groups g ON g.id = f.group_id
  LEFT JOIN member m ON m.group_id = g.id AND m.user_id = $1::uuid
  LEFT JOIN LATERAL (SELECT u.display_name FROM member o JOIN users u ON u.id = o.user_id
                      WHERE g.kind = 'pair' AND o.group_id = g.id AND o.user_id <> $1::uuid LIMIT 1)
       other ON true
 WHERE g.deleted_at IS NULL
 ORDER BY CASE g.kind WHEN 'personal' THEN 1 ELSE 0 END, f.rank, lower(g.name), g.id
