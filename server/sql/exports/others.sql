-- A page of the other annotations on a document that the reader may see and that begin something: on
-- the whole of it, on passages that are gone, or replies to nothing that is shown, and those that
-- annotations/list_replies does not know of (one's own in groups that one has left). Of one author all
-- replies.
-- $1 reader uuid, $2 reads integer[], $3 document uuid, $4 author uuid or null (for all),
-- $5 limit integer, $6 id uuid of the last row before, or null,
-- $7 which integer: 1 on the whole, 2 gone, 3 replies
-- Rows for door_annotations(), in the order of their ids: that of their beginning.
WITH place AS (
    SELECT d.current_revision_id, d.deleted_at FROM document d WHERE d.id = $3::uuid
)
SELECT
\ir ../annotations/seen.part
\ir ../annotations/own.part
  FROM (
    SELECT a.id, n.revision_id, n.start_chars, n.end_chars, n.state, n.score, n.confirmed_at
      FROM annotation a
      LEFT JOIN LATERAL (SELECT * FROM anchor n
                          WHERE n.document_id = $3::uuid AND n.annotation_id = a.id
                            AND n.revision_id = (SELECT current_revision_id FROM place) LIMIT 1) n ON true
     WHERE a.document_id = $3::uuid
       AND a.id > coalesce($6::uuid, '00000000-0000-0000-0000-000000000000')
       AND ($4::uuid IS NULL OR a.author_id = $4)
\ir ../annotations/visible.part
       AND CASE $7::integer
           WHEN 1 THEN a.parent_id IS NULL AND n.annotation_id IS NULL
           WHEN 2 THEN a.parent_id IS NULL AND n.annotation_id IS NOT NULL AND n.start_chars IS NULL
           ELSE a.parent_id IS NOT NULL AND CASE
                WHEN $4::uuid IS NOT NULL THEN true
                WHEN a.audience_id <> ALL ($2::integer[]) AND (a.author_id <> $1::uuid OR a.open)
                THEN true
                ELSE NOT EXISTS (
                     SELECT FROM unnest(a.ancestors) AS above (id)
                      CROSS JOIN LATERAL (SELECT * FROM annotation p
                                           WHERE p.document_id = $3 AND p.id = above.id LIMIT 1) p
                      WHERE CASE WHEN p.author_id = $1::uuid THEN true
                                 WHEN p.audience_id = ANY ($2::integer[]) THEN true
                                 WHEN p.also IS NULL THEN false
                                 ELSE p.also && $2::integer[] END) END END
     ORDER BY a.id LIMIT $5::integer
  ) n
 CROSS JOIN LATERAL (SELECT * FROM annotation a
                      WHERE a.document_id = $3::uuid AND a.id = n.id LIMIT 1) a
\ir ../annotations/author_joins.part
 CROSS JOIN place d
 CROSS JOIN (SELECT NULL::uuid[] AS muted) mute
 ORDER BY n.id;
