-- One annotation with all its columns, if the reader may see it.
-- $1 reader uuid, $2 reads integer[], $3 id uuid
-- A row for door_annotation() and door_annotation_in_full().
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
       a.kind, a.body, a.tags, a.quote_exact, a.quote_prefix, a.quote_suffix, a.selectors::text,
       a.extra::text, a.revision_id, a.moderation, a.renderer::integer
  FROM annotation a
 CROSS JOIN LATERAL (SELECT u.name, u.display_name FROM users u WHERE u.id = a.author_id LIMIT 1) u
 CROSS JOIN LATERAL (SELECT d.current_revision_id, d.deleted_at FROM document d
                      WHERE d.id = a.document_id LIMIT 1) d
  LEFT JOIN LATERAL (SELECT n.revision_id, n.start_chars, n.end_chars, n.state, n.score FROM anchor n
                      WHERE n.document_id = a.document_id AND n.annotation_id = a.id
                        AND n.revision_id = d.current_revision_id LIMIT 1) n ON true
 WHERE a.id = $3::uuid
   AND CASE WHEN a.author_id = $1::uuid THEN true
            WHEN a.audience_id = ANY ($2::integer[]) THEN true
            WHEN a.also IS NULL THEN false
            ELSE a.also && $2::integer[] END;
