-- The revisions of a document, newest first. Who may read it has been asked before.
-- $1 document uuid, $2 number to go on after integer or null, $3 how many integer
SELECT r.id, r.document_id, r.number, r.parent_id, r.author_id, u.name AS author_name,
       u.display_name AS author_display_name, r.note, r.format, r.sha256, r.chars, r.created_at
  FROM revision r
  LEFT JOIN users u ON u.id = r.author_id
 WHERE r.document_id = $1 AND ($2::integer IS NULL OR r.number < $2::integer)
 ORDER BY r.number DESC LIMIT $3::integer;
