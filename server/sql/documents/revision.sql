-- One revision of a text that the reader may read.
-- $1 reader uuid, $2 reads int[], $3 id uuid
-- A row for door_admits_text(): owner_id, audiences.
SELECT d.owner_id, t.audiences,
       r.id, r.document_id, r.number, r.parent_id, r.author_id, u.name AS author_name,
       u.display_name AS author_display_name, r.note, r.format, r.sha256, r.chars, r.created_at
  FROM revision r
  JOIN document d ON d.id = r.document_id AND d.kind = 'text' AND d.deleted_at IS NULL
  LEFT JOIN users u ON u.id = r.author_id
 CROSS JOIN LATERAL (
        SELECT ARRAY(SELECT d.audience_id WHERE d.audience_id = ANY ($2::integer[])
                     UNION ALL
                     SELECT l.audience_id FROM listing l
                      WHERE l.document_id = d.id AND l.audience_id = ANY ($2::integer[]))
               AS audiences) t
 WHERE r.id = $3 AND (d.owner_id = $1 OR cardinality(t.audiences) > 0);
