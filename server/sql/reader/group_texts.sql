-- The texts that a group reads, for who may read in it: in the group's order, those without a place
-- after them, the latest first.
-- $1 reader uuid, $2 reads integer[], $3 group uuid, $4 how many to pass over integer, $5 how many
-- integer
-- Rows for door_admits_text() and door_putter().
SELECT d.id, d.title, d.owner_id, ARRAY[k.audience_id] AS audiences,
\ir ../documents/putter.part
       , d.updated_at, k.at_home, r.sealed_id IS NOT NULL AND r.revealed_at IS NULL AS sealed,
       r.revealed_at IS NOT NULL AS revealed, r.own_count, r.by_reader, r.due_at
  FROM (SELECT h.id, h.audience_id, true AS at_home FROM document h
         WHERE h.group_id = $3 AND h.audience_id = ANY ($2::integer[])
        UNION ALL
        SELECT l.document_id, l.audience_id, false FROM listing l
         WHERE l.group_id = $3 AND l.audience_id = ANY ($2::integer[])) k
  JOIN document d ON d.id = k.id AND d.deleted_at IS NULL
 CROSS JOIN LATERAL (SELECT d.owner_id AS id, d.mask_id) who
\ir ../documents/putter_joins.part
  LEFT JOIN reading r ON r.group_id = $3 AND r.document_id = d.id
  LEFT JOIN text_order o ON o.group_id = $3 AND o.document_id = d.id
 ORDER BY o.position NULLS LAST, d.updated_at DESC, d.id DESC
 OFFSET $4::integer LIMIT $5::integer
