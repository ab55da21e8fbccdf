-- What else an answer about a document's annotations depends on; only for tags of such answers, where
-- the reader sees one of them.
-- $1 document uuid
SELECT d.current_revision_id, d.deleted_at IS NOT NULL AS deleted, s.names
  FROM document d, server s WHERE d.id = $1::uuid;
