-- The first replies below each of several annotations, at any depth, that the reader may see, oldest
-- first.
-- $1 reader uuid, $2 reads integer[], and for each of the annotations: $3 document uuid[], $4 id
-- uuid[], $5 thread uuid[], $6 group uuid[]; $7 how many of each integer, $8 muted
-- uuid[] or null: not of those
-- Rows for door_annotation(), in the order of the annotations' places in the arrays. The handler has
-- found the annotations through the door before.
SELECT
\ir seen.part
\ir own.part
     , w.id AS of_id
  FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[])
       WITH ORDINALITY AS w (document_id, id, thread_id, group_id, place)
 CROSS JOIN LATERAL (
    SELECT ARRAY(SELECT x.id FROM audience x WHERE x.group_id = w.group_id AND x.id = ANY ($2::integer[])
                 UNION
                 SELECT x.id FROM annotation r CROSS JOIN LATERAL unnest(r.also) o (id)
                   JOIN audience y ON y.id = o.id
                   JOIN audience x ON x.group_id = y.group_id AND x.id = ANY ($2::integer[])
                  WHERE r.document_id = w.document_id AND r.id = w.thread_id) AS audiences) asked
 CROSS JOIN LATERAL (
    SELECT q.id, q.at FROM (
      (SELECT b.id, b.at
         FROM unnest(asked.audiences) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT a.id, a.created_at AS at FROM annotation a
           WHERE a.document_id = w.document_id AND a.thread_id = w.thread_id AND a.audience_id = p.audience
             AND a.parent_id IS NOT NULL AND w.id = ANY (a.ancestors)
             AND ($8::uuid[] IS NULL OR coalesce(a.mask_id, a.author_id) <> ALL ($8))
           ORDER BY a.created_at, a.id LIMIT $7::integer) b
        ORDER BY b.at, b.id LIMIT $7::integer)
      UNION ALL
      (SELECT a.id, a.created_at AS at FROM annotation a
        WHERE a.document_id = w.document_id AND a.thread_id = w.thread_id AND a.author_id = $1::uuid
          AND NOT a.open AND a.parent_id IS NOT NULL AND w.id = ANY (a.ancestors)
          AND a.audience_id <> ALL (asked.audiences)
        ORDER BY a.created_at, a.id LIMIT $7::integer)
    ) q ORDER BY q.at, q.id LIMIT $7::integer
  ) k
 CROSS JOIN LATERAL (SELECT * FROM annotation a
                      WHERE a.document_id = w.document_id AND a.id = k.id LIMIT 1) a
\ir joins.part
 CROSS JOIN (SELECT $8::uuid[] AS muted) mute
 ORDER BY w.place, k.at, k.id;
