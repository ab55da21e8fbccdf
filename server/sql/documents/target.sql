-- A document by its id, to write about: a text that the reader may read, or a page elsewhere with an
-- annotation that they may see.
-- $1 reader uuid, $2 reads int[], $3 id uuid
-- A row for door_admits_text(): owner_id (of a page, the reader with words of their own on it),
-- audiences.
SELECT d.id, d.current_revision_id, t.audiences, CASE d.kind WHEN 'text' THEN d.owner_id
       ELSE (SELECT a.author_id FROM annotation a
              WHERE a.document_id = d.id AND a.author_id = $1
                AND a.deleted_at IS NULL
                AND (NOT a.open OR a.audience_id IN (SELECT unnest(p.past) FROM pass p
                        WHERE p.user_id IN ($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))) LIMIT 1)
       END AS owner_id
  FROM document d
 CROSS JOIN LATERAL (
        SELECT CASE d.kind WHEN 'text' THEN
               ARRAY(SELECT d.audience_id WHERE d.audience_id = ANY ($2::integer[])
                     UNION ALL
                     SELECT l.audience_id FROM listing l
                      WHERE l.document_id = d.id AND l.audience_id = ANY ($2::integer[]))
               ELSE
               ARRAY(SELECT u FROM unnest($2::integer[]) u
                      CROSS JOIN LATERAL (SELECT 1 FROM annotation a
                                           WHERE a.document_id = d.id AND a.audience_id = u
                                             AND a.deleted_at IS NULL
                                           LIMIT 1) a
                     UNION ALL
                     SELECT s.audience_id FROM showing s
                      WHERE s.document_id = d.id AND s.audience_id = ANY ($2::integer[]))
               END AS audiences) t
 WHERE d.id = $3 AND d.deleted_at IS NULL
   AND (cardinality(t.audiences) > 0
        OR CASE d.kind WHEN 'text' THEN d.owner_id = $1
           ELSE EXISTS (SELECT 1 FROM annotation a
                         WHERE a.document_id = d.id AND a.author_id = $1
                           AND a.deleted_at IS NULL
                           AND (NOT a.open OR a.audience_id IN (SELECT unnest(p.past) FROM pass p
                                WHERE p.user_id IN ($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff')))) END);
