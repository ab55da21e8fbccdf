-- Where an annotation, which the reader has been let see before, stands in two revisions: the one that
-- it was written against, and another (null: the current one). A row each, where it was looked for.
-- $1 document uuid, $2 id uuid, $3 written against uuid, $4 revision uuid or null
SELECT n.revision_id, n.start_chars, n.end_chars, n.state, n.score, n.confirmed_at IS NOT NULL AS confirmed,
       n.revision_id = $3::uuid AS is_then, n.revision_id = coalesce($4::uuid, d.current_revision_id) AS is_now
  FROM document d JOIN anchor n ON n.document_id = d.id
 WHERE d.id = $1::uuid AND n.annotation_id = $2::uuid
   AND (n.revision_id = $3::uuid OR n.revision_id = coalesce($4::uuid, d.current_revision_id));
