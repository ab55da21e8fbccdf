-- Anchors of a new revision for what has come, or was put elsewhere by hand, since those of its base were
-- read: where the text around it is as it was, it stays what it was. The rest
-- documents/become_current.sql misses.
-- $1 document uuid, $2 revision uuid, $3 base uuid; stretches that are as they were, in the base:
-- $4 starts integer[], $5 ends integer[], $6 shifts integer[]
WITH missing AS MATERIALIZED (
\ir not_carried.part
), late AS (
    SELECT b.* FROM missing m
     CROSS JOIN LATERAL (SELECT b.* FROM anchor b
                          WHERE b.document_id = $1::uuid AND b.annotation_id = m.annotation_id
                            AND b.revision_id = $3::uuid LIMIT 1) b
)
INSERT INTO anchor (document_id, annotation_id, revision_id, start_chars, end_chars, state, score,
                    confirmed_at)
SELECT l.document_id, l.annotation_id, $2::uuid, l.start_chars + r.shift, l.end_chars + r.shift, l.state,
       l.score, l.confirmed_at
  FROM late l
  LEFT JOIN LATERAL (
        SELECT r.shift FROM unnest($4::integer[], $5::integer[], $6::integer[]) AS r (first, last, shift)
         WHERE l.start_chars >= r.first AND l.end_chars <= r.last LIMIT 1) r ON true
 WHERE l.start_chars IS NULL OR r.shift IS NOT NULL;
