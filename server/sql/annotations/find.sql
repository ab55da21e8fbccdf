-- One annotation with all its columns, if the reader may see it.
-- $1 reader uuid, $2 reads integer[], $3 id uuid, $4 muted uuid[] or null: whose replies
-- are not counted
-- A row for door_annotation() and door_annotation_in_full().
SELECT
\ir seen.part
\ir own_told.part
     , a.kind, a.body, a.tags, a.quote_exact, a.quote_prefix, a.quote_suffix, a.selectors::text,
       a.extra::text, a.revision_id, a.moderation, a.renderer::integer
  FROM annotation a
\ir joins.part
 CROSS JOIN (SELECT $4::uuid[] AS muted) mute
 WHERE a.id = $3::uuid
\ir visible.part
;
