-- The page of a document as the server asked for it before there were masks, moderation, mutes and further
-- groups: what today's is measured against, never run by the server. Its parameters are today's.
WITH place AS (
    SELECT d.current_revision_id, d.deleted_at FROM document d WHERE d.id = $6::uuid
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
    SELECT * FROM (
      (SELECT b.*
         FROM unnest($2::integer[]) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT a.* FROM annotation a
           WHERE a.document_id = $6::uuid AND a.audience_id = p.audience
             AND (a.created_at, a.id) < (coalesce($4::timestamptz, 'infinity'),
                                  coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
           ORDER BY a.created_at DESC, a.id DESC LIMIT $3::integer) b)
      UNION ALL
      -- one's own that others of its group cannot read
      (SELECT a.* FROM annotation a
        WHERE a.document_id = $6::uuid AND a.author_id = $1::uuid AND NOT a.open
          AND a.audience_id <> ALL ($2::integer[])
          AND (a.created_at, a.id) < (coalesce($4::timestamptz, 'infinity'),
                               coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
        ORDER BY a.created_at DESC, a.id DESC LIMIT $3::integer)
      UNION ALL
      -- one's own in groups that one has left, or that were open once
      (SELECT b.*
         FROM unnest($7::integer[]) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT a.* FROM annotation a
           WHERE a.document_id = $6::uuid AND a.author_id = $1::uuid
             AND a.audience_id = p.audience AND a.open
             AND (a.created_at, a.id) < (coalesce($4::timestamptz, 'infinity'),
                                  coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
           ORDER BY a.created_at DESC, a.id DESC LIMIT $3::integer) b
        WHERE p.audience <> ALL ($2::integer[]))
      UNION ALL
      -- others' that are shown in a group of the pass and whose home is not in it: what is left out
      -- here is in a branch above, so the page is full without it
      (SELECT a.*
         FROM unnest($2::integer[]) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT w.document_id, w.annotation_id FROM showing w
           WHERE w.document_id = $6::uuid AND w.audience_id = p.audience
             AND (w.created_at, w.annotation_id)
                 < (coalesce($4::timestamptz, 'infinity'),
                    coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
           ORDER BY w.created_at DESC, w.annotation_id DESC LIMIT $3::integer) w
        CROSS JOIN LATERAL (SELECT * FROM annotation a
                             WHERE a.document_id = w.document_id AND a.id = w.annotation_id LIMIT 1) a
        WHERE a.audience_id <> ALL ($2::integer[]) AND a.author_id <> $1::uuid
          AND p.audience = (SELECT min(o) FROM unnest(a.also) o WHERE o = ANY ($2::integer[])))
    ) q ORDER BY q.created_at DESC, q.id DESC LIMIT $3::integer
  ) a
 CROSS JOIN LATERAL (SELECT u.name, u.display_name FROM users u WHERE u.id = a.author_id LIMIT 1) u
 CROSS JOIN place d
  LEFT JOIN LATERAL (SELECT n.revision_id, n.start_chars, n.end_chars, n.state, n.score FROM anchor n
                      WHERE n.document_id = a.document_id AND n.annotation_id = a.id
                        AND n.revision_id = d.current_revision_id LIMIT 1) n ON true
 ORDER BY a.created_at DESC, a.id DESC;
