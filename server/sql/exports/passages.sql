-- A page of the annotations on passages of a document that the reader may see, in the order of the
-- text: what begins a thread there. For exports, which go on from page to page.
-- $1 reader uuid, $2 reads integer[], $3 document uuid, $4 author uuid or null (for all),
-- $5 limit integer, the last row before, or null: $6 start integer, $7 id uuid
-- Rows for door_annotations().
WITH place AS (
    SELECT d.current_revision_id, d.deleted_at FROM document d WHERE d.id = $3::uuid
)
SELECT
\ir ../annotations/seen.part
\ir ../annotations/own.part
  FROM (
    SELECT n.annotation_id, n.revision_id, n.start_chars, n.end_chars, n.state, n.score, n.confirmed_at
      FROM anchor n
     CROSS JOIN LATERAL (SELECT * FROM annotation a
                          WHERE a.document_id = $3::uuid AND a.id = n.annotation_id LIMIT 1) a
     WHERE n.document_id = $3::uuid AND n.revision_id = (SELECT current_revision_id FROM place)
       AND n.start_chars >= coalesce($6::integer, 0)
       AND (n.start_chars, n.annotation_id)
           > (coalesce($6::integer, -1), coalesce($7::uuid, '00000000-0000-0000-0000-000000000000'))
       AND a.parent_id IS NULL AND ($4::uuid IS NULL OR a.author_id = $4)
\ir ../annotations/visible.part
     ORDER BY n.start_chars, n.annotation_id LIMIT $5::integer
  ) n
 CROSS JOIN LATERAL (SELECT * FROM annotation a
                      WHERE a.document_id = $3::uuid AND a.id = n.annotation_id LIMIT 1) a
\ir ../annotations/author_joins.part
 CROSS JOIN place d
 CROSS JOIN (SELECT NULL::uuid[] AS muted) mute
 ORDER BY n.start_chars, n.annotation_id;
