-- The texts that a group reads, for who may read in it: the latest first.
-- $1 audiences of the reader's pass integer[], $2 group uuid
SELECT d.id, d.title, u.display_name AS owner_name, d.updated_at
  FROM document d JOIN users u ON u.id = d.owner_id
 WHERE d.deleted_at IS NULL
   AND d.id IN (SELECT h.id FROM document h
                 WHERE h.group_id = $2 AND h.audience_id = ANY ($1::integer[])
                UNION
                SELECT l.document_id FROM listing l
                 WHERE l.group_id = $2 AND l.audience_id = ANY ($1::integer[]))
 ORDER BY d.updated_at DESC, d.id DESC
 LIMIT 200
