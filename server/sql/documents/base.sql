-- The current revision of a text, which the reader has been let see before, and whether they may put
-- another in its place: its owner and who manages the texts of its home group.
-- A row for door_putter().
-- $1 reader uuid, $2 reads int[], $3 document uuid, $4 roles that manage its home's texts text[]
SELECT r.id, r.document_id, r.number, r.parent_id, r.note, r.format, r.sha256, r.chars, r.created_at,
\ir putter.part
       , credits_told(r.document_id, r.id, $1::uuid, $2::integer[]) AS credits
       , d.owner_id = $1 OR EXISTS (SELECT 1 FROM member m
            WHERE m.group_id = d.group_id AND m.user_id = $1 AND m.role = ANY ($4::text[])) AS may
  FROM document d
  JOIN revision r ON r.document_id = d.id AND r.id = d.current_revision_id
 CROSS JOIN LATERAL (SELECT r.author_id AS id,
                            CASE WHEN r.author_id = d.owner_id THEN d.mask_id
                                 ELSE r.mask_id END AS mask_id) who
\ir putter_joins.part
 WHERE d.id = $3 AND d.kind = 'text' AND d.deleted_at IS NULL;
