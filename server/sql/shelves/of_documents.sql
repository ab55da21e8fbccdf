-- What lies on each of some documents for the reader, for lists: as shelves/of_document, but for what
-- one keeps in groups that one has left.
-- $1 reader uuid (nil: nobody), $2 reads integer[], $3 documents uuid[], $4 muted uuid[] or null: whose
-- words are not counted
-- Rows for door_shelves_of(): document_id, audience_id, holder_id (the reader, or nil), n, version.
WITH since AS MATERIALIZED (
    SELECT f.xid FROM fold f
)
SELECT d.id AS document_id, q.audience_id, q.holder_id, sum(q.n)::integer AS n,
       sum(q.version)::bigint AS version
  FROM unnest($3::uuid[]) AS d (id)
 CROSS JOIN LATERAL (
    SELECT s.audience_id, s.n, s.version,
           CASE WHEN s.holder_id = $1::uuid THEN $1 ELSE '00000000-0000-0000-0000-000000000000' END
               AS holder_id
      FROM shelf s
     WHERE s.document_id = d.id
       AND (s.audience_id = ANY ($2::integer[])
            OR s.holder_id = $1 AND s.holder_id <> '00000000-0000-0000-0000-000000000000')
    UNION ALL
    SELECT e.audience_id, e.delta, 1,
           CASE WHEN e.holder_id = $1::uuid THEN $1 ELSE '00000000-0000-0000-0000-000000000000' END
      FROM event e
     WHERE e.document_id = d.id AND e.xid >= (SELECT xid FROM since) AND e.audience_id IS NOT NULL
       AND (e.audience_id = ANY ($2::integer[])
            OR e.holder_id = $1 AND e.holder_id <> '00000000-0000-0000-0000-000000000000')
    UNION ALL
    -- shown in a group of the pass by one whose home is not in it
    SELECT w.audience_id, 1, a.version, '00000000-0000-0000-0000-000000000000'
      FROM showing w
     CROSS JOIN LATERAL (SELECT * FROM annotation a
                          WHERE a.document_id = d.id AND a.id = w.annotation_id LIMIT 1) a
     WHERE w.document_id = d.id AND w.audience_id = ANY ($2::integer[])
       AND a.audience_id <> ALL ($2::integer[]) AND a.author_id <> $1::uuid AND a.deleted_at IS NULL
       AND w.audience_id = (SELECT min(o) FROM unnest(a.also) o WHERE o = ANY ($2::integer[]))
       AND ($4::uuid[] IS NULL OR coalesce(a.mask_id, a.author_id) <> ALL ($4))
    UNION ALL
    SELECT m.audience_id, -m.n, 0, '00000000-0000-0000-0000-000000000000'
      FROM muted_on(d.id, $2::integer[], $4::uuid[]) m
 ) q
 GROUP BY d.id, q.audience_id, q.holder_id
 ORDER BY d.id, q.audience_id, q.holder_id;
