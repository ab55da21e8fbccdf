-- What an annotation says and said, newest version first, if the reader may see it. What leaders held
-- back when it was written is its author's alone, once it was changed.
-- $1 reader uuid, $2 reads integer[], $3 document uuid, $4 id uuid, $5 limit integer,
-- $6 version integer or null (the cursor: that of the last row before)
-- Rows that the door checks one by one (door_admits): author_id, audience_id, also; and version, kind,
-- body, tags, replacement, private, created_at (when that version was written).
WITH now AS (
    SELECT a.*, (SELECT s.replacement FROM suggestion s
                  WHERE s.document_id = a.document_id AND s.annotation_id = a.id) AS replacement,
           (SELECT x.class FROM audience x WHERE x.id = a.audience_id) = 2 AS private
      FROM annotation a
     WHERE a.document_id = $3::uuid AND a.id = $4::uuid
\ir visible.part
)
SELECT n.author_id, n.audience_id, n.also, v.version, v.kind, v.body, v.tags, v.replacement, v.private,
       v.created_at
  FROM now n CROSS JOIN LATERAL (
    SELECT n.version, n.kind, n.body, n.tags, n.replacement, n.private,
           CASE WHEN n.version = 1 THEN n.created_at ELSE n.updated_at END AS created_at
     WHERE n.version < coalesce($6::integer, 2147483647)
    UNION ALL
    (SELECT p.version, p.kind, p.body, p.tags, p.replacement, p.private, p.created_at
       FROM annotation_past p
      WHERE p.document_id = n.document_id AND p.annotation_id = n.id
        AND p.version < coalesce($6::integer, 2147483647) AND (NOT p.held OR n.author_id = $1::uuid)
      ORDER BY p.version DESC LIMIT $5::integer)
  ) v
 ORDER BY v.version DESC LIMIT $5::integer;
