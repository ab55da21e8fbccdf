-- What list_everywhere_by_updated shows where the next page of all groups or of some is asked for, of any
-- time and without whom one has muted, but by nothing else; built like page_everywhere.
-- $1 reader uuid, $2 reads integer[], $3 limit integer,
-- the cursor, both of the last row before or null: $4 time timestamptz, $5 id uuid,
-- null for all: $6 groups uuid[], $7 since timestamptz, $8 until timestamptz, $9 muted uuid[] (not of
-- those; oneself nobody can mute), $10 past integer[]: audiences that the reader could read once
-- Rows for door_annotations().
WITH asked AS (
    SELECT CASE WHEN $6::uuid[] IS NULL THEN $2::integer[]
                ELSE ARRAY(SELECT x.id FROM audience x WHERE x.group_id = ANY ($6) AND x.id = ANY ($2))
                END AS audiences
)
SELECT
\ir seen.part
\ir own.part
  FROM (
    SELECT q.id, q.at FROM (
      (SELECT b.id, b.at
         FROM unnest((SELECT audiences FROM asked)) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT a.id, a.updated_at AS at FROM annotation a
           WHERE a.version > 0 AND a.audience_id = p.audience
             AND (a.updated_at, a.id) < (coalesce($4::timestamptz, 'infinity'),
                                  coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
             AND a.updated_at >= coalesce($7::timestamptz, '-infinity')
             AND a.updated_at < coalesce($8::timestamptz, 'infinity')
             AND ($9::uuid[] IS NULL OR coalesce(a.mask_id, a.author_id) <> ALL ($9))
           ORDER BY a.updated_at DESC, a.id DESC LIMIT $3::integer) b
        ORDER BY b.at DESC, b.id DESC LIMIT $3::integer)
      UNION ALL
      -- one's own that others of its group cannot read
      (SELECT a.id, a.updated_at AS at FROM annotation a
        WHERE a.version > 0 AND a.author_id = $1::uuid AND NOT a.open
          AND a.audience_id <> ALL ((SELECT audiences FROM asked)::integer[])
          AND ($6::uuid[] IS NULL OR a.group_id = ANY ($6))
          AND (a.updated_at, a.id) < (coalesce($4::timestamptz, 'infinity'),
                               coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
          AND a.updated_at >= coalesce($7::timestamptz, '-infinity')
          AND a.updated_at < coalesce($8::timestamptz, 'infinity')
        ORDER BY a.updated_at DESC, a.id DESC LIMIT $3::integer)
      UNION ALL
      -- one's own in groups that one has left, or that were open once; it does not say version > 0, so
      -- that the index of one's own is walked and not that of a whole group
      (SELECT b.id, b.at
         FROM unnest($10::integer[]) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT a.id, a.updated_at AS at FROM annotation a
           WHERE a.author_id = $1::uuid AND a.audience_id = p.audience AND a.open
             AND ($6::uuid[] IS NULL OR a.group_id = ANY ($6))
             AND (a.updated_at, a.id) < (coalesce($4::timestamptz, 'infinity'),
                                  coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
             AND a.updated_at >= coalesce($7::timestamptz, '-infinity')
             AND a.updated_at < coalesce($8::timestamptz, 'infinity')
           ORDER BY a.updated_at DESC, a.id DESC LIMIT $3::integer) b
        WHERE p.audience <> ALL ($2::integer[])
        ORDER BY b.at DESC, b.id DESC LIMIT $3::integer)
      UNION ALL
      -- shown in a group of the pass, and perhaps in the first branch too, hence GROUP BY
      (SELECT b.id, b.at
         FROM unnest((SELECT audiences FROM asked)) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT w.annotation_id AS id, w.updated_at AS at FROM showing w
           WHERE w.audience_id = p.audience
             AND (w.updated_at, w.annotation_id)
                 < (coalesce($4::timestamptz, 'infinity'),
                    coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
             AND w.updated_at >= coalesce($7::timestamptz, '-infinity')
             AND w.updated_at < coalesce($8::timestamptz, 'infinity')
             AND ($9::uuid[] IS NULL OR (
                 SELECT coalesce(a.mask_id, a.author_id) <> ALL ($9) FROM annotation a
                  WHERE a.document_id = w.document_id AND a.id = w.annotation_id LIMIT 1))
           ORDER BY w.updated_at DESC, w.annotation_id DESC LIMIT $3::integer) b)
    ) q GROUP BY q.id, q.at ORDER BY q.at DESC, q.id DESC LIMIT $3::integer
  ) k
 CROSS JOIN LATERAL (SELECT * FROM annotation a WHERE a.id = k.id LIMIT 1) a
\ir joins.part
 CROSS JOIN (SELECT $9::uuid[] AS muted) mute
 ORDER BY k.at DESC, k.id DESC;
