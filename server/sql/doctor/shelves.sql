-- Is the number of every shelf that of the live annotations on it? A row is a fault.
WITH kept AS (
    SELECT q.document_id, q.audience_id, q.holder_id, sum(q.n) AS n FROM (
        SELECT s.document_id, s.audience_id, s.holder_id, s.n FROM shelf s
        UNION ALL
        SELECT e.document_id, e.audience_id, e.holder_id, e.delta FROM event e, fold f
         WHERE e.xid >= f.xid AND e.audience_id IS NOT NULL
    ) q GROUP BY 1, 2, 3
), counted AS (
    SELECT a.document_id, a.audience_id,
           CASE WHEN x.class = 0 THEN '00000000-0000-0000-0000-000000000000' ELSE a.author_id END
               AS holder_id,
           count(*) AS n
      FROM annotation a JOIN audience x ON x.id = a.audience_id
     WHERE a.deleted_at IS NULL GROUP BY 1, 2, 3
)
SELECT 'the shelf of document ' || document_id || ', audience ' || audience_id || ', holder ' || holder_id
       || ' says ' || coalesce(k.n, 0) || ', there are ' || coalesce(c.n, 0) AS fault
  FROM kept k FULL JOIN counted c USING (document_id, audience_id, holder_id)
 WHERE coalesce(k.n, 0) <> coalesce(c.n, 0)
 ORDER BY document_id, audience_id, holder_id;
