-- The replies below one annotation, at any depth, that the reader may see, oldest first.
-- $1 reader uuid, $2 reads integer[], $3 document uuid, $4 annotation uuid, $5 its thread uuid,
-- $6 its group uuid, $7 limit integer, the cursor: $8 time timestamptz or null, $9 id uuid or null,
-- $10 muted uuid[] or null: not of those
-- Rows for door_annotations(). The handler has found the annotation through the door before.
WITH asked AS (
    SELECT ARRAY(SELECT x.id FROM audience x WHERE x.group_id = $6::uuid AND x.id = ANY ($2::integer[])
                 UNION
                 -- of further groups in which the thread is shown
                 SELECT x.id FROM annotation r CROSS JOIN LATERAL unnest(r.also) o (id)
                   JOIN audience y ON y.id = o.id
                   JOIN audience x ON x.group_id = y.group_id AND x.id = ANY ($2::integer[])
                  WHERE r.document_id = $3::uuid AND r.id = $5::uuid) AS audiences
)
SELECT
\ir seen.part
\ir own.part
  FROM (
    SELECT q.id, q.at FROM (
      (SELECT b.id, b.at
         FROM unnest((SELECT audiences FROM asked)) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT a.id, a.created_at AS at FROM annotation a
           WHERE a.document_id = $3::uuid AND a.thread_id = $5::uuid AND a.audience_id = p.audience
             AND a.parent_id IS NOT NULL AND $4::uuid = ANY (a.ancestors)
             AND ($10::uuid[] IS NULL OR coalesce(a.mask_id, a.author_id) <> ALL ($10))
             AND (a.created_at, a.id) > (coalesce($8::timestamptz, '-infinity'),
                                         coalesce($9::uuid, '00000000-0000-0000-0000-000000000000'))
           ORDER BY a.created_at, a.id LIMIT $7::integer) b
        ORDER BY b.at, b.id LIMIT $7::integer)
      UNION ALL
      (SELECT a.id, a.created_at AS at FROM annotation a
        WHERE a.document_id = $3::uuid AND a.thread_id = $5::uuid AND a.author_id = $1::uuid
          AND NOT a.open AND a.parent_id IS NOT NULL AND $4::uuid = ANY (a.ancestors)
          AND a.audience_id <> ALL ((SELECT audiences FROM asked)::integer[])
          AND (a.created_at, a.id) > (coalesce($8::timestamptz, '-infinity'),
                                      coalesce($9::uuid, '00000000-0000-0000-0000-000000000000'))
        ORDER BY a.created_at, a.id LIMIT $7::integer)
    ) q ORDER BY q.at, q.id LIMIT $7::integer
  ) k
 CROSS JOIN LATERAL (SELECT * FROM annotation a
                      WHERE a.document_id = $3::uuid AND a.id = k.id LIMIT 1) a
\ir joins.part
 CROSS JOIN (SELECT $10::uuid[] AS muted) mute
 ORDER BY k.at, k.id;
