-- The texts that a reader may read, the latest first: by their pass, by a listing, and their own.
-- $1 reader uuid, $2 audiences of their pass integer[], $3 limit bigint
SELECT d.id, d.title, d.group_id, g.kind AS group_kind, g.name AS group_name,
       u.display_name AS owner_name, d.updated_at
  FROM (SELECT x.id FROM unnest($2::integer[]) a
         CROSS JOIN LATERAL (SELECT id FROM document
                              WHERE audience_id = a AND deleted_at IS NULL
                              ORDER BY updated_at DESC, id DESC LIMIT $3) x
        UNION
        SELECT x.document_id FROM unnest($2::integer[]) a
         CROSS JOIN LATERAL (SELECT document_id FROM listing WHERE audience_id = a
                              ORDER BY created_at DESC, document_id DESC LIMIT $3) x
        UNION
        (SELECT id FROM document WHERE owner_id = $1 AND deleted_at IS NULL
          ORDER BY updated_at DESC, id DESC LIMIT $3)) k
  JOIN document d ON d.id = k.id AND d.deleted_at IS NULL
  JOIN groups g ON g.id = d.group_id
  JOIN users u ON u.id = d.owner_id
 ORDER BY d.updated_at DESC, d.id DESC
 LIMIT $3
