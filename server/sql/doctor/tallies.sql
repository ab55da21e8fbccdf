-- Is every tally what hangs on its annotation? A row is a fault.
WITH kept AS (
    SELECT a.document_id, a.id, a.tally[i] AS audience_id, a.tally[i + 1] AS what, a.tally[i + 2] AS n
      FROM annotation a CROSS JOIN LATERAL generate_series(1, cardinality(a.tally), 3) i
), counted AS (
    SELECT r.document_id, above.id, r.audience_id, 0 AS what, count(*) AS n
      FROM annotation r CROSS JOIN LATERAL unnest(r.ancestors) AS above (id)
     WHERE r.deleted_at IS NULL GROUP BY 1, 2, 3
    UNION ALL
    SELECT r.document_id, r.annotation_id, r.audience_id, r.what, count(*) FROM reaction r GROUP BY 1, 2, 3, 4
)
SELECT 'the tally of annotation ' || id || ' has ' || coalesce(k.n, 0) || ' for audience ' || audience_id
       || ' and ' || what || ', there are ' || coalesce(c.n, 0) AS fault
  FROM kept k FULL JOIN counted c USING (document_id, id, audience_id, what)
 WHERE coalesce(k.n, 0) <> coalesce(c.n, 0)
 ORDER BY document_id, id, audience_id, what;
