-- Whether a document, which the reader has been let see before, has this revision.
-- $1 document uuid, $2 revision uuid
SELECT 1 AS found FROM revision r WHERE r.document_id = $1::uuid AND r.id = $2::uuid;
