-- Counts the live replies of one thread anew, for each annotation of it and each audience. Comes after
-- annotations/update.sql where a visibility has changed: what moved below it is counted elsewhere now.
-- $1 document uuid, $2 thread uuid
UPDATE annotation a
   SET tally = nullif(coalesce(n.replies, '{}') || coalesce((
           SELECT array_agg(t.v ORDER BY t.i) FROM unnest(a.tally) WITH ORDINALITY t (v, i)
            WHERE a.tally[((t.i - 1) / 3) * 3 + 2] <> 0), '{}'), '{}')
  FROM (
    SELECT t.id, (
        SELECT array_agg(v.v ORDER BY c.audience_id, v.i)
          FROM (SELECT r.audience_id, count(*)::integer AS n FROM annotation r
                 WHERE r.document_id = $1::uuid AND r.thread_id = $2::uuid AND r.parent_id IS NOT NULL
                   AND r.deleted_at IS NULL AND t.id = ANY (r.ancestors)
                 GROUP BY r.audience_id) c
         CROSS JOIN LATERAL unnest(ARRAY[c.audience_id, 0, c.n]) WITH ORDINALITY v (v, i)) AS replies
      FROM (SELECT $2::uuid AS id
            UNION ALL
            SELECT x.id FROM annotation x
             WHERE x.document_id = $1::uuid AND x.thread_id = $2::uuid AND x.parent_id IS NOT NULL) t
  ) n
 WHERE a.document_id = $1::uuid AND a.id = n.id;
