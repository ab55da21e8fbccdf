-- The last revision in which an annotation stood in its text.
-- Who may see it has been asked before.
-- $1 document uuid, $2 annotation uuid
SELECT v.id AS revision_id
  FROM anchor n
  JOIN revision v ON v.document_id = n.document_id AND v.id = n.revision_id
 WHERE n.document_id = $1 AND n.annotation_id = $2 AND n.start_chars IS NOT NULL
 ORDER BY v.number DESC LIMIT 1;
