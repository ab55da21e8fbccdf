-- What list_everywhere shows where nothing but the next page, of all groups or of some, is asked for.
-- Each branch walks an index in order and stops; the first and longest needs nothing but the index,
-- where a list of all that one reads walks one for each group.
-- $1 reader uuid, $2 reads integer[], $3 limit integer,
-- the cursor, both of the last row before or null: $4 time timestamptz, $5 id uuid,
-- $6 groups uuid[] or null, $7 past integer[]: audiences that the reader could read once
-- Rows for door_annotations().
WITH asked AS (
    SELECT CASE WHEN $6::uuid[] IS NULL THEN $2::integer[]
                ELSE ARRAY(SELECT x.id FROM audience x WHERE x.group_id = ANY ($6) AND x.id = ANY ($2))
                END AS audiences
)
SELECT
\ir seen.part
  FROM (
    SELECT q.id, q.at FROM (
      (SELECT b.id, b.at
         FROM unnest((SELECT audiences FROM asked)) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT a.id, a.created_at AS at FROM annotation a
           WHERE a.version > 0 AND a.audience_id = p.audience
             AND (a.created_at, a.id) < (coalesce($4::timestamptz, 'infinity'),
                                  coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
           ORDER BY a.created_at DESC, a.id DESC LIMIT $3::integer) b
        ORDER BY b.at DESC, b.id DESC LIMIT $3::integer)
      UNION ALL
      -- one's own that others of its group cannot read
      (SELECT a.id, a.created_at AS at FROM annotation a
        WHERE a.version > 0 AND a.author_id = $1::uuid AND NOT a.open
          AND a.audience_id <> ALL ((SELECT audiences FROM asked)::integer[])
          AND ($6::uuid[] IS NULL OR a.group_id = ANY ($6))
          AND (a.created_at, a.id) < (coalesce($4::timestamptz, 'infinity'),
                               coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
        ORDER BY a.created_at DESC, a.id DESC LIMIT $3::integer)
      UNION ALL
      -- one's own in groups that one has left, or that were open once
      (SELECT b.id, b.at
         FROM unnest($7::integer[]) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT a.id, a.created_at AS at FROM annotation a
           WHERE a.version > 0 AND a.author_id = $1::uuid
             AND a.audience_id = p.audience AND a.open
             AND ($6::uuid[] IS NULL OR a.group_id = ANY ($6))
             AND (a.created_at, a.id) < (coalesce($4::timestamptz, 'infinity'),
                                  coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
           ORDER BY a.created_at DESC, a.id DESC LIMIT $3::integer) b
        WHERE p.audience <> ALL ($2::integer[])
        ORDER BY b.at DESC, b.id DESC LIMIT $3::integer)
      UNION ALL
      -- shown in a group of the pass, and perhaps in the first branch too, hence GROUP BY
      (SELECT b.id, b.at
         FROM unnest((SELECT audiences FROM asked)) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT w.annotation_id AS id, w.created_at AS at FROM showing w
           WHERE w.audience_id = p.audience
             AND (w.created_at, w.annotation_id)
                 < (coalesce($4::timestamptz, 'infinity'),
                    coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
           ORDER BY w.created_at DESC, w.annotation_id DESC LIMIT $3::integer) b)
    ) q GROUP BY q.id, q.at ORDER BY q.at DESC, q.id DESC LIMIT $3::integer
  ) k
 CROSS JOIN LATERAL (SELECT * FROM annotation a WHERE a.id = k.id LIMIT 1) a
\ir joins.part
 CROSS JOIN (SELECT NULL::uuid[] AS muted) mute
 ORDER BY k.at DESC, k.id DESC;
