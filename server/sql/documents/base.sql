-- The current revision of a text, which the reader has been let see before, and whether they may put
-- another in its place: its owner and who manages the texts of its home group.
-- $1 document uuid, $2 user uuid, $3 roles that manage its home's texts text[]
SELECT r.id, r.document_id, r.number, r.parent_id, r.author_id, u.name AS author_name,
       u.display_name AS author_display_name, r.note, r.format, r.sha256, r.chars, r.created_at,
       d.owner_id = $2 OR EXISTS (SELECT 1 FROM member m
            WHERE m.group_id = d.group_id AND m.user_id = $2 AND m.role = ANY ($3::text[])) AS may
  FROM document d
  JOIN revision r ON r.document_id = d.id AND r.id = d.current_revision_id
  LEFT JOIN users u ON u.id = r.author_id
 WHERE d.id = $1 AND d.kind = 'text' AND d.deleted_at IS NULL;
