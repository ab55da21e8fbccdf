-- Anchors of a new revision, for all whose anchor in its base is still the one that was seen. The rest,
-- and what has come meanwhile, documents/become_current.sql misses.
-- $1 document uuid, $2 revision uuid, $3 base uuid; an entry each: $4 annotations uuid[], $5 seen text[],
-- $6 starts integer[], $7 ends integer[] (-1: gone), $8 states text[], $9 scores integer[] (millionths),
-- $10 still confirmed integer[] (0 or 1)
INSERT INTO anchor (document_id, annotation_id, revision_id, start_chars, end_chars, state, score,
                    confirmed_at)
SELECT b.document_id, b.annotation_id, $2::uuid, nullif(c.start_chars, -1), nullif(c.end_chars, -1),
       c.state, c.score / 1000000.0, CASE WHEN c.confirmed = 1 THEN b.confirmed_at END
  FROM unnest($4::uuid[], $5::text[], $6::integer[], $7::integer[], $8::text[], $9::integer[],
              $10::integer[]) AS c (id, seen, start_chars, end_chars, state, score, confirmed)
 CROSS JOIN LATERAL (SELECT b.document_id, b.annotation_id, b.confirmed_at FROM anchor b
                      WHERE b.document_id = $1::uuid AND b.annotation_id = c.id
                        AND b.revision_id = $3::uuid AND b.xmin::text = c.seen LIMIT 1) b;
