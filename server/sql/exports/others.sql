-- A page of the other annotations on a document that the reader may see and that begin something: on
-- the whole of it, on passages that are gone, or replies to nothing that is shown, and those that
-- annotations/list_replies does not know of (one's own in groups that one has left). Of one author all
-- replies.
-- $1 reader uuid, $2 reads integer[], $3 document uuid, $4 author uuid or null (for all),
-- $5 limit integer, $6 id uuid of the last row before, or null,
-- $7 which integer: 1 on the whole, 2 gone, 3 replies
-- Rows for door_annotations(), in the order of their ids: that of their beginning.
WITH place AS (
    SELECT d.current_revision_id, d.deleted_at FROM document d WHERE d.id = $3::uuid
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
    SELECT a.id, n.revision_id, n.start_chars, n.end_chars, n.state, n.score
      FROM annotation a
      LEFT JOIN LATERAL (SELECT * FROM anchor n
                          WHERE n.document_id = $3::uuid AND n.annotation_id = a.id
                            AND n.revision_id = (SELECT current_revision_id FROM place) LIMIT 1) n ON true
     WHERE a.document_id = $3::uuid
       AND a.id > coalesce($6::uuid, '00000000-0000-0000-0000-000000000000')
       AND ($4::uuid IS NULL OR a.author_id = $4)
       AND CASE WHEN a.author_id = $1::uuid THEN true
                 WHEN a.audience_id = ANY ($2::integer[]) THEN true
                 WHEN a.also IS NULL THEN false
                 ELSE a.also && $2::integer[] END
       AND CASE $7::integer
           WHEN 1 THEN a.parent_id IS NULL AND n.annotation_id IS NULL
           WHEN 2 THEN a.parent_id IS NULL AND n.annotation_id IS NOT NULL AND n.start_chars IS NULL
           ELSE a.parent_id IS NOT NULL AND CASE
                WHEN $4::uuid IS NOT NULL THEN true
                WHEN a.audience_id <> ALL ($2::integer[]) AND (a.author_id <> $1::uuid OR a.open)
                THEN true
                ELSE NOT EXISTS (
                     SELECT FROM unnest(a.ancestors) AS above (id)
                      CROSS JOIN LATERAL (SELECT * FROM annotation p
                                           WHERE p.document_id = $3 AND p.id = above.id LIMIT 1) p
                      WHERE CASE WHEN p.author_id = $1::uuid THEN true
                                 WHEN p.audience_id = ANY ($2::integer[]) THEN true
                                 WHEN p.also IS NULL THEN false
                                 ELSE p.also && $2::integer[] END) END END
     ORDER BY a.id LIMIT $5::integer
  ) n
 CROSS JOIN LATERAL (SELECT * FROM annotation a
                      WHERE a.document_id = $3::uuid AND a.id = n.id LIMIT 1) a
 CROSS JOIN LATERAL (SELECT u.name, u.display_name FROM users u WHERE u.id = a.author_id LIMIT 1) u
 CROSS JOIN place d
 ORDER BY n.id;
