-- A text for the reading page, if the reader may read it; no row means they may not, or there is none.
-- The group is the one through which they read it: home if they can, else one that lists it.
-- $1 reader uuid, $2 reads integer[], $3 document uuid, $4 the true pass integer[]
-- A row for door_admits_text().
SELECT d.title, d.language, d.annotating, d.current_revision_id, d.owner_id,
       coalesce(u.display_name, 'a deleted reader') AS owner_name,
       v.format, v.created_at, t.html, r.audiences,
       g.id AS group_id, g.kind AS group_kind,
\ir called.part
       AS group_name
  FROM document d
  LEFT JOIN users u ON u.id = d.owner_id
  JOIN revision v ON v.document_id = d.id AND v.id = d.current_revision_id
  JOIN revision_text t ON t.document_id = d.id AND t.revision_id = v.id
 CROSS JOIN LATERAL (SELECT array_agg(o.audience_id) AS audiences,
                            (array_agg(o.group_id ORDER BY o.rank, o.group_id)
                               FILTER (WHERE o.audience_id = ANY ($4::integer[])))[1] AS group_id
                       FROM (SELECT d.group_id, d.audience_id, 0 AS rank
                              UNION ALL
                             SELECT l.group_id, l.audience_id, 1 FROM listing l
                              WHERE l.document_id = d.id) o) r
  JOIN groups g ON g.id = coalesce(r.group_id, d.group_id)
 WHERE d.id = $3 AND d.kind = 'text' AND d.deleted_at IS NULL
   AND (d.owner_id = $1 OR r.audiences && $2::integer[])
