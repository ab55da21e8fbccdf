-- Where annotations stand in a revision that another is about to replace, whoever may see them; those
-- that are known already are left out. `seen` tells a row from what becomes of it. For what is in doubt,
-- or not there, and was left at that by nobody, the last place that it had without a doubt, or at all.
-- $1 document uuid, $2 revision uuid, known already: $3 ids uuid[], $4 seen text[]
SELECT n.annotation_id, n.xmin::text AS seen, n.start_chars, n.end_chars, n.state, n.score,
       n.confirmed_at IS NOT NULL AS confirmed,
       CASE WHEN n.state = 'changed' THEN
            (SELECT a.quote_exact FROM annotation a
              WHERE a.document_id = n.document_id AND a.id = n.annotation_id) END AS quote,
       o.revision_id AS old_revision_id, o.start_chars AS old_start_chars, o.end_chars AS old_end_chars,
       o.state AS old_state, o.score AS old_score
  FROM (SELECT n.*, n.xmin FROM anchor n
         WHERE n.document_id = $1::uuid AND n.revision_id = $2::uuid AND n.start_chars IS NOT NULL
         UNION ALL
        SELECT n.*, n.xmin FROM anchor n
         WHERE n.document_id = $1::uuid AND n.revision_id = $2::uuid AND n.start_chars IS NULL) n
  LEFT JOIN LATERAL (
        SELECT o.revision_id, o.start_chars, o.end_chars, o.state, o.score
          FROM anchor o JOIN revision r ON r.document_id = o.document_id AND r.id = o.revision_id
         WHERE n.state IN ('changed', 'ambiguous', 'gone') AND n.confirmed_at IS NULL
           AND o.document_id = n.document_id AND o.annotation_id = n.annotation_id
           AND o.revision_id <> n.revision_id AND o.start_chars IS NOT NULL
           AND (n.state = 'gone' OR o.state IN ('exact', 'moved'))
         ORDER BY r.number DESC LIMIT 1) o ON true
 WHERE NOT EXISTS (SELECT FROM unnest($3::uuid[], $4::text[]) AS k (id, seen)
                    WHERE k.id = n.annotation_id AND k.seen = n.xmin::text);
