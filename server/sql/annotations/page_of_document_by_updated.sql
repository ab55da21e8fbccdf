-- What list_of_document_by_updated shows where nothing but the next page is asked for; built like
-- page_of_document.
-- $1 reader uuid, $2 reads integer[], $3 limit integer,
-- the cursor, both of the last row before or null: $4 time timestamptz, $5 id uuid,
-- $6 document uuid, $7 past integer[]: audiences that the reader could read once
-- Rows for door_annotations().
WITH place AS (
    SELECT d.current_revision_id, d.deleted_at FROM document d WHERE d.id = $6::uuid
)
SELECT
\ir seen.part
\ir own.part
  FROM (
    SELECT * FROM (
      (SELECT b.*
         FROM unnest($2::integer[]) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT a.* FROM annotation a
           WHERE a.document_id = $6::uuid AND a.audience_id = p.audience
             AND (a.updated_at, a.id) < (coalesce($4::timestamptz, 'infinity'),
                                  coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
           ORDER BY a.updated_at DESC, a.id DESC LIMIT $3::integer) b)
      UNION ALL
      -- one's own that others of its group cannot read
      (SELECT a.* FROM annotation a
        WHERE a.document_id = $6::uuid AND a.author_id = $1::uuid AND NOT a.open
          AND a.audience_id <> ALL ($2::integer[])
          AND (a.updated_at, a.id) < (coalesce($4::timestamptz, 'infinity'),
                               coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
        ORDER BY a.updated_at DESC, a.id DESC LIMIT $3::integer)
      UNION ALL
      -- one's own in groups that one has left, or that were open once
      (SELECT b.*
         FROM unnest($7::integer[]) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT a.* FROM annotation a
           WHERE a.document_id = $6::uuid AND a.author_id = $1::uuid
             AND a.audience_id = p.audience AND a.open
             AND (a.updated_at, a.id) < (coalesce($4::timestamptz, 'infinity'),
                                  coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
           ORDER BY a.updated_at DESC, a.id DESC LIMIT $3::integer) b
        WHERE p.audience <> ALL ($2::integer[]))
      UNION ALL
      -- others' that are shown in a group of the pass and whose home is not in it: what is left out
      -- here is in a branch above, so the page is full without it
      (SELECT a.*
         FROM unnest($2::integer[]) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT w.document_id, w.annotation_id FROM showing w
           WHERE w.document_id = $6::uuid AND w.audience_id = p.audience
             AND (w.updated_at, w.annotation_id)
                 < (coalesce($4::timestamptz, 'infinity'),
                    coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
           ORDER BY w.updated_at DESC, w.annotation_id DESC LIMIT $3::integer) w
        CROSS JOIN LATERAL (SELECT * FROM annotation a
                             WHERE a.document_id = w.document_id AND a.id = w.annotation_id LIMIT 1) a
        WHERE a.audience_id <> ALL ($2::integer[]) AND a.author_id <> $1::uuid
          AND p.audience = (SELECT min(o) FROM unnest(a.also) o WHERE o = ANY ($2::integer[])))
    ) q ORDER BY q.updated_at DESC, q.id DESC LIMIT $3::integer
  ) a
\ir author_joins.part
 CROSS JOIN place d
\ir anchor.part
 CROSS JOIN (SELECT NULL::uuid[] AS muted) mute
 ORDER BY a.updated_at DESC, a.id DESC;
