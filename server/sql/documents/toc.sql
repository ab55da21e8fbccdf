-- The outline of a revision. Who may read the document has been asked before.
-- $1 document uuid, $2 revision uuid
SELECT toc FROM revision_text WHERE document_id = $1 AND revision_id = $2;
