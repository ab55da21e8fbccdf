-- One's own drafts on a document, the oldest first.
-- $1 author uuid, $2 document uuid, $3 group uuid or null, $4 limit integer
SELECT a.id FROM annotation a
 WHERE a.document_id = $2::uuid AND a.author_id = $1::uuid AND NOT a.open
   AND a.draft AND a.deleted_at IS NULL AND ($3::uuid IS NULL OR a.group_id = $3)
 ORDER BY a.created_at, a.id LIMIT $4::integer;
