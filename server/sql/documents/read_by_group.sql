-- Which of these texts a group reads.
-- $1 group uuid, $2 ids uuid[]
SELECT d.id FROM document d
 WHERE d.id = ANY ($2::uuid[]) AND d.kind = 'text' AND d.deleted_at IS NULL
   AND (d.group_id = $1::uuid
        OR EXISTS (SELECT FROM listing l WHERE l.document_id = d.id AND l.group_id = $1::uuid));
