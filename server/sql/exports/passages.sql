-- A page of the annotations on passages of a document that the reader may see, in the order of the
-- text: what begins a thread there. For exports, which go on from page to page.
-- $1 reader uuid, $2 reads integer[], $3 document uuid, $4 author uuid or null (for all),
-- $5 limit integer, the last row before, or null: $6 start integer, $7 id uuid
-- Rows for door_annotations().
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
    SELECT n.annotation_id, n.revision_id, n.start_chars, n.end_chars, n.state, n.score
      FROM anchor n
     CROSS JOIN LATERAL (SELECT * FROM annotation a
                          WHERE a.document_id = $3::uuid AND a.id = n.annotation_id LIMIT 1) a
     WHERE n.document_id = $3::uuid AND n.revision_id = (SELECT current_revision_id FROM place)
       AND n.start_chars >= coalesce($6::integer, 0)
       AND (n.start_chars, n.annotation_id)
           > (coalesce($6::integer, -1), coalesce($7::uuid, '00000000-0000-0000-0000-000000000000'))
       AND a.parent_id IS NULL AND ($4::uuid IS NULL OR a.author_id = $4)
       AND CASE WHEN a.author_id = $1::uuid THEN true
                 WHEN a.audience_id = ANY ($2::integer[]) THEN true
                 WHEN a.also IS NULL THEN false
                 ELSE a.also && $2::integer[] END
     ORDER BY n.start_chars, n.annotation_id LIMIT $5::integer
  ) n
 CROSS JOIN LATERAL (SELECT * FROM annotation a
                      WHERE a.document_id = $3::uuid AND a.id = n.annotation_id LIMIT 1) a
 CROSS JOIN LATERAL (SELECT u.name, u.display_name FROM users u WHERE u.id = a.author_id LIMIT 1) u
 CROSS JOIN place d
 ORDER BY n.start_chars, n.annotation_id;
