-- What an address leads a reader to: the texts of that address which they may read, latest first, and
-- then the page elsewhere. That the server knows the page tells nothing of who has written about it.
-- $1 reader uuid, $2 reads int[], $3 uri text
-- Texts are rows for door_admits_text(): owner_id, audiences.
SELECT d.id, d.kind = 'page' AS is_page, d.current_revision_id, d.owner_id, t.audiences
  FROM document_address a
  JOIN document d ON d.id = a.document_id AND d.deleted_at IS NULL
 CROSS JOIN LATERAL (
        SELECT ARRAY(SELECT d.audience_id WHERE d.audience_id = ANY ($2::integer[])
                     UNION ALL
                     SELECT l.audience_id FROM listing l
                      WHERE l.document_id = d.id AND l.audience_id = ANY ($2::integer[]))
               AS audiences) t
 WHERE a.uri = $3
   AND (d.kind = 'page' OR d.owner_id = $1 OR cardinality(t.audiences) > 0)
 ORDER BY d.kind = 'page', d.created_at DESC, d.id DESC
 LIMIT 20;
