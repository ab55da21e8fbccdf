-- The first replies below each of several annotations, at any depth, that the reader may see, oldest
-- first.
-- $1 reader uuid, $2 reads integer[], and for each of the annotations: $3 document uuid[], $4 id
-- uuid[], $5 thread uuid[], $6 group uuid[]; $7 how many of each integer
-- Rows for door_annotation(), in the order of the annotations' places in the arrays. The handler has
-- found the annotations through the door before.
SELECT a.id, a.document_id,
       CASE WHEN a.also IS NULL OR a.author_id = $1::uuid OR a.audience_id = ANY ($2::integer[])
            THEN a.group_id
            ELSE (SELECT x.group_id FROM audience x
                   WHERE x.id = ANY (a.also) AND x.id = ANY ($2::integer[]) ORDER BY x.id LIMIT 1)
            END AS group_id,
       a.author_id, u.name AS author_name, u.display_name AS author_display_name,
       a.audience_id, a.also,
       CASE WHEN a.open THEN 0 ELSE (SELECT x.class FROM audience x WHERE x.id = a.audience_id)::integer
            END AS audience_class,
       a.thread_id, a.parent_id, a.status, a.draft, a.deleted_at IS NOT NULL AS deleted, a.version,
       a.shown,
       CASE WHEN a.tally IS NOT NULL THEN ARRAY(
            SELECT t.v FROM unnest(a.tally) WITH ORDINALITY t (v, i)
             WHERE a.tally[((t.i - 1) / 3) * 3 + 1] = ANY ($2::integer[])
             ORDER BY t.i) END AS tally,
       CASE WHEN a.tally IS NOT NULL THEN ARRAY(
            SELECT r.audience_id FROM annotation r
             WHERE r.document_id = a.document_id AND r.thread_id = a.thread_id
               AND r.author_id = $1::uuid AND r.parent_id IS NOT NULL AND NOT r.open
               AND r.deleted_at IS NULL AND a.id = ANY (r.ancestors)) END AS own_replies,
       CASE WHEN a.tally IS NOT NULL THEN ARRAY(
            SELECT r.what::integer FROM reaction r
             WHERE r.document_id = a.document_id AND r.annotation_id = a.id
               AND r.user_id = $1::uuid ORDER BY r.what) END AS own_reactions,
       CASE WHEN a.tally IS NOT NULL THEN ARRAY(
            SELECT r.audience_id FROM reaction r
             WHERE r.document_id = a.document_id AND r.annotation_id = a.id
               AND r.user_id = $1::uuid ORDER BY r.what) END AS own_reaction_audiences,
       n.revision_id AS anchor_revision_id, n.start_chars AS anchor_start, n.end_chars AS anchor_end,
       n.state AS anchor_state, n.score AS anchor_score,
       d.deleted_at IS NOT NULL AS document_deleted,
       a.created_at, a.updated_at,
       w.id AS of_id
  FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[])
       WITH ORDINALITY AS w (document_id, id, thread_id, group_id, place)
 CROSS JOIN LATERAL (
    SELECT ARRAY(SELECT x.id FROM audience x WHERE x.group_id = w.group_id AND x.id = ANY ($2::integer[]))
           AS audiences) asked
 CROSS JOIN LATERAL (
    SELECT q.id, q.at FROM (
      (SELECT b.id, b.at
         FROM unnest(asked.audiences) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT a.id, a.created_at AS at FROM annotation a
           WHERE a.document_id = w.document_id AND a.thread_id = w.thread_id AND a.audience_id = p.audience
             AND a.parent_id IS NOT NULL AND w.id = ANY (a.ancestors)
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
 CROSS JOIN LATERAL (SELECT u.name, u.display_name FROM users u WHERE u.id = a.author_id LIMIT 1) u
 CROSS JOIN LATERAL (SELECT d.current_revision_id, d.deleted_at FROM document d
                      WHERE d.id = a.document_id LIMIT 1) d
  LEFT JOIN LATERAL (SELECT n.revision_id, n.start_chars, n.end_chars, n.state, n.score FROM anchor n
                      WHERE n.document_id = a.document_id AND n.annotation_id = a.id
                        AND n.revision_id = d.current_revision_id LIMIT 1) n ON true
 ORDER BY w.place, k.at, k.id;
