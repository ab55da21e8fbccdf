-- The texts that a group reads, for who may read in it: the latest first.
-- $1 reads integer[], $2 group uuid
-- Rows for door_admits_text().
SELECT d.id, d.title, d.owner_id, ARRAY[k.audience_id] AS audiences, u.display_name AS owner_name,
       d.updated_at
  FROM (SELECT h.id, h.audience_id FROM document h
         WHERE h.group_id = $2 AND h.audience_id = ANY ($1::integer[])
        UNION
        SELECT l.document_id, l.audience_id FROM listing l
         WHERE l.group_id = $2 AND l.audience_id = ANY ($1::integer[])) k
  JOIN document d ON d.id = k.id AND d.deleted_at IS NULL
  JOIN users u ON u.id = d.owner_id
 ORDER BY d.updated_at DESC, d.id DESC
 LIMIT 200
