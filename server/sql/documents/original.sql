-- The bytes that a revision was made from. Who may read the document has been asked before.
-- $1 document uuid, $2 revision uuid
SELECT t.source, r.charset, r.format FROM revision_text t
  JOIN revision r ON r.document_id = t.document_id AND r.id = t.revision_id
 WHERE t.document_id = $1 AND t.revision_id = $2;
