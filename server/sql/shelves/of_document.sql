-- What lies on one document for the reader: the shelves of their pass, and what they hold themselves on
-- others. Folded shelves and the events since.
-- $1 reader uuid (nil: nobody), $2 reads integer[], $3 document uuid, $4 past integer[]: audiences that
-- the reader could read once, $5 muted uuid[] or null: whose words are not counted
-- Rows for door_shelves(): audience_id, holder_id (the reader, or nil: others and open rows), n,
-- version.
WITH since AS MATERIALIZED (
    SELECT f.xid FROM fold f
)
SELECT q.audience_id,
       CASE WHEN q.holder_id = $1::uuid THEN $1 ELSE '00000000-0000-0000-0000-000000000000' END
           AS holder_id,
       sum(q.n)::integer AS n, sum(q.version)::bigint AS version
  FROM (
    SELECT s.audience_id, s.holder_id, s.n, s.version FROM shelf s
     WHERE s.document_id = $3::uuid AND s.audience_id = ANY ($2::integer[])
    UNION ALL
    SELECT s.audience_id, s.holder_id, s.n, s.version FROM shelf s
     WHERE s.document_id = $3::uuid AND s.holder_id = $1::uuid
       AND s.holder_id <> '00000000-0000-0000-0000-000000000000'
       AND s.audience_id <> ALL ($2::integer[])
    UNION ALL
    SELECT e.audience_id, e.holder_id, e.delta, 1 FROM event e
     WHERE e.document_id = $3::uuid AND e.xid >= (SELECT xid FROM since) AND e.audience_id IS NOT NULL
       AND (e.audience_id = ANY ($2::integer[])
            OR e.holder_id = $1::uuid AND e.holder_id <> '00000000-0000-0000-0000-000000000000')
    UNION ALL
    -- one's own open words in groups that one has left, or that were open once
    SELECT p.audience, $1::uuid, 1, a.version
      FROM unnest($4::integer[]) AS p (audience)
     CROSS JOIN LATERAL (
        SELECT a.version FROM annotation a
         WHERE a.document_id = $3::uuid AND a.author_id = $1::uuid AND a.audience_id = p.audience
           AND a.open AND a.deleted_at IS NULL OFFSET 0) a
     WHERE p.audience <> ALL ($2::integer[])
    UNION ALL
    -- shown in a group of the pass by one whose home is not in it
    SELECT w.audience_id, '00000000-0000-0000-0000-000000000000'::uuid, 1, a.version
      FROM showing w JOIN annotation a ON a.document_id = w.document_id AND a.id = w.annotation_id
     WHERE w.document_id = $3::uuid AND w.audience_id = ANY ($2::integer[])
       AND a.audience_id <> ALL ($2::integer[]) AND a.author_id <> $1::uuid AND a.deleted_at IS NULL
       AND w.audience_id = (SELECT min(o) FROM unnest(a.also) o WHERE o = ANY ($2::integer[]))
       AND ($5::uuid[] IS NULL OR coalesce(a.mask_id, a.author_id) <> ALL ($5))
    UNION ALL
    SELECT m.audience_id, '00000000-0000-0000-0000-000000000000', -m.n, 0
      FROM muted_on($3::uuid, $2::integer[], $5::uuid[]) m
  ) q
 GROUP BY 1, 2
 ORDER BY 1, 2;
