-- What lies on one document for the reader: the shelves of their pass, and what they hold themselves on
-- others. Folded shelves and the events since.
-- $1 reader uuid (nil: nobody), $2 reads integer[], $3 document uuid
-- Rows for door_shelves(): audience_id, holder_id (the reader, or nil: others and open rows), n, version.
WITH since AS MATERIALIZED (
    SELECT f.xid FROM fold f
)
SELECT p.audience AS audience_id, s.holder_id, s.n, s.version
  FROM unnest($2::integer[]) AS p (audience)
 CROSS JOIN LATERAL (
    SELECT q.holder_id, sum(q.n)::integer AS n, sum(q.version)::bigint AS version FROM (
        SELECT CASE WHEN s.holder_id = $1::uuid THEN $1 ELSE '00000000-0000-0000-0000-000000000000' END
                   AS holder_id, s.n, s.version
          FROM shelf s WHERE s.document_id = $3::uuid AND s.audience_id = p.audience
        UNION ALL
        SELECT CASE WHEN e.holder_id = $1::uuid THEN $1 ELSE '00000000-0000-0000-0000-000000000000' END,
               e.delta, 1
          FROM event e
         WHERE e.document_id = $3::uuid AND e.audience_id = p.audience
           AND e.xid >= (SELECT xid FROM since)
    ) q GROUP BY q.holder_id
 ) s
UNION ALL
SELECT q.audience_id, $1::uuid, sum(q.n)::integer, sum(q.version)::bigint FROM (
    SELECT s.audience_id, s.n, s.version FROM shelf s
     WHERE s.document_id = $3::uuid AND s.holder_id = $1::uuid
       AND s.holder_id <> '00000000-0000-0000-0000-000000000000'
       AND s.audience_id <> ALL ($2::integer[])
    UNION ALL
    SELECT e.audience_id, e.delta, 1 FROM event e
     WHERE e.document_id = $3::uuid AND e.holder_id = $1::uuid
       AND e.holder_id <> '00000000-0000-0000-0000-000000000000'
       AND e.audience_id <> ALL ($2::integer[]) AND e.xid >= (SELECT xid FROM since)
) q GROUP BY q.audience_id
UNION ALL
-- one's own open words in groups that one has left, or that were open once
SELECT p.audience, $1::uuid, count(*)::integer, sum(a.version)::bigint
  FROM (SELECT DISTINCT o FROM pass p CROSS JOIN LATERAL unnest(p.past) o
         WHERE p.user_id IN ($1::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')) AS p (audience)
  JOIN annotation a ON a.document_id = $3::uuid AND a.author_id = $1::uuid
                   AND a.audience_id = p.audience AND a.open AND a.deleted_at IS NULL
 WHERE p.audience <> ALL ($2::integer[])
 GROUP BY p.audience
UNION ALL
-- shown in a group of the pass by one whose home is not in it
SELECT w.audience_id, '00000000-0000-0000-0000-000000000000'::uuid, count(*)::integer, sum(a.version)::bigint
  FROM showing w JOIN annotation a ON a.document_id = w.document_id AND a.id = w.annotation_id
 WHERE w.document_id = $3::uuid AND w.audience_id = ANY ($2::integer[])
   AND a.audience_id <> ALL ($2::integer[]) AND a.author_id <> $1::uuid AND a.deleted_at IS NULL
   AND w.audience_id = (SELECT min(o) FROM unnest(a.also) o WHERE o = ANY ($2::integer[]))
 GROUP BY w.audience_id
 ORDER BY audience_id, holder_id;
