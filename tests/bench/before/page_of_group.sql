-- The page of one group as the server asked for it before there were masks, moderation, mutes and views of
-- several groups: what today's is measured against, never run by the server.
-- Its parameters are today's, but $6 group uuid, $7 to $11 null.
WITH asked AS (
    SELECT CASE WHEN $6::uuid IS NULL THEN $2::integer[]
                ELSE ARRAY(SELECT x.id FROM audience x WHERE x.group_id = $6 AND x.id = ANY ($2))
                END AS audiences
)
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
       a.created_at, a.updated_at
  FROM (
    SELECT q.document_id, q.id, q.at FROM (
      (SELECT b.document_id, b.id, b.at
         FROM unnest((SELECT audiences FROM asked)) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT a.document_id, a.id, a.created_at AS at FROM annotation a
           WHERE a.version > 0 AND a.audience_id = p.audience
             AND (a.created_at, a.id) < (coalesce($4::timestamptz, 'infinity'),
                                  coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
             AND a.created_at >= coalesce($9::timestamptz, '-infinity')
             AND a.created_at < coalesce($10::timestamptz, 'infinity')
             AND ($11::uuid IS NULL OR a.author_id = $11)
             AND ($7::text IS NULL OR $7 = ANY (a.tags))
             AND ($8::text IS NULL OR a.kind = $8)
           ORDER BY a.created_at DESC, a.id DESC LIMIT $3::integer) b
        ORDER BY b.at DESC, b.id DESC LIMIT $3::integer)
      UNION ALL
      (SELECT a.document_id, a.id, a.created_at AS at FROM annotation a
        WHERE a.version > 0 AND a.author_id = $1::uuid AND NOT a.open
          AND a.audience_id <> ALL ((SELECT audiences FROM asked)::integer[])
          AND ($6::uuid IS NULL OR a.group_id = $6)
          AND (a.created_at, a.id) < (coalesce($4::timestamptz, 'infinity'),
                               coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
          AND a.created_at >= coalesce($9::timestamptz, '-infinity')
          AND a.created_at < coalesce($10::timestamptz, 'infinity')
          AND ($11::uuid IS NULL OR a.author_id = $11)
          AND ($7::text IS NULL OR $7 = ANY (a.tags))
          AND ($8::text IS NULL OR a.kind = $8)
        ORDER BY a.created_at DESC, a.id DESC LIMIT $3::integer)
      UNION ALL
      (SELECT b.document_id, b.id, b.at
         FROM (SELECT DISTINCT o FROM pass p CROSS JOIN LATERAL unnest(p.past) o
                WHERE p.user_id IN ($1::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT a.document_id, a.id, a.created_at AS at FROM annotation a
           WHERE a.version > 0 AND a.author_id = $1::uuid
             AND a.audience_id = p.audience AND a.open
             AND ($6::uuid IS NULL OR a.group_id = $6)
             AND (a.created_at, a.id) < (coalesce($4::timestamptz, 'infinity'),
                                  coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
             AND a.created_at >= coalesce($9::timestamptz, '-infinity')
             AND a.created_at < coalesce($10::timestamptz, 'infinity')
             AND ($11::uuid IS NULL OR a.author_id = $11)
             AND ($7::text IS NULL OR $7 = ANY (a.tags))
             AND ($8::text IS NULL OR a.kind = $8)
           ORDER BY a.created_at DESC, a.id DESC LIMIT $3::integer) b
        WHERE p.audience <> ALL ($2::integer[])
        ORDER BY b.at DESC, b.id DESC LIMIT $3::integer)
      UNION ALL
      (SELECT b.document_id, b.id, b.at
         FROM unnest((SELECT audiences FROM asked)) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT w.document_id, w.annotation_id AS id, w.created_at AS at
            FROM showing w
           WHERE w.audience_id = p.audience
             AND (w.created_at, w.annotation_id)
                 < (coalesce($4::timestamptz, 'infinity'),
                    coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
             AND w.created_at >= coalesce($9::timestamptz, '-infinity')
             AND w.created_at < coalesce($10::timestamptz, 'infinity')
             AND (SELECT ($11::uuid IS NULL OR a.author_id = $11)
                    AND ($7::text IS NULL OR $7 = ANY (a.tags))
                    AND ($8::text IS NULL OR a.kind = $8)
                    FROM annotation a
                   WHERE a.document_id = w.document_id AND a.id = w.annotation_id LIMIT 1)
           ORDER BY w.created_at DESC, w.annotation_id DESC LIMIT $3::integer) b)
    ) q GROUP BY q.document_id, q.id, q.at ORDER BY q.at DESC, q.id DESC LIMIT $3::integer
  ) k
 CROSS JOIN LATERAL (SELECT * FROM annotation a
                      WHERE a.document_id = k.document_id AND a.id = k.id LIMIT 1) a
 CROSS JOIN LATERAL (SELECT u.name, u.display_name FROM users u WHERE u.id = a.author_id LIMIT 1) u
 CROSS JOIN LATERAL (SELECT d.current_revision_id, d.deleted_at FROM document d
                      WHERE d.id = a.document_id LIMIT 1) d
  LEFT JOIN LATERAL (SELECT n.revision_id, n.start_chars, n.end_chars, n.state, n.score FROM anchor n
                      WHERE n.document_id = a.document_id AND n.annotation_id = a.id
                        AND n.revision_id = d.current_revision_id LIMIT 1) n ON true
 ORDER BY k.at DESC, k.id DESC;
