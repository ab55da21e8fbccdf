-- The texts that a reader may read, the latest first: by their pass, by a listing, and their own.
-- Each with the group through which they read it: home if they can, else one that lists it.
-- $1 reader uuid, $2 reads integer[], $3 limit bigint, $4 the true pass integer[]
-- Rows for door_admits_text() and door_putter().
SELECT d.id, d.title, d.owner_id, r.audiences, g.kind AS group_kind, d.updated_at,
\ir ../documents/putter.part
       ,
\ir called.part
       AS group_name
  FROM (SELECT t.* FROM (
        SELECT x.id FROM unnest($2::integer[]) a
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
          JOIN document t ON t.id = k.id AND t.deleted_at IS NULL
         ORDER BY t.updated_at DESC, t.id DESC LIMIT $3) d
 CROSS JOIN LATERAL (SELECT array_agg(o.audience_id) AS audiences,
                            (array_agg(o.group_id ORDER BY o.rank, o.group_id)
                               FILTER (WHERE o.audience_id = ANY ($4::integer[])))[1] AS group_id
                       FROM (SELECT d.group_id, d.audience_id, 0 AS rank
                              UNION ALL
                             SELECT l.group_id, l.audience_id, 1 FROM listing l
                              WHERE l.document_id = d.id) o) r
  JOIN groups g ON g.id = coalesce(r.group_id, d.group_id)
 CROSS JOIN LATERAL (SELECT d.owner_id AS id, d.mask_id) who
\ir ../documents/putter_joins.part
 ORDER BY d.updated_at DESC, d.id DESC
