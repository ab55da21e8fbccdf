-- A text for the reading page, if the reader may read it; no row means they may not, or there is none.
-- $1 reader uuid, $2 reads integer[], $3 document uuid, $4 the true pass integer[],
-- $5 roles that manage its home's texts text[], $6 revision uuid: which of its revisions; null: as it is now
-- A row for door_admits_text() and door_putter().
SELECT
\ir about.part
     , v.id AS revision_id, v.number, v.note, v.format, v.created_at, t.html,
       reviser_called(d.id, v.id, $1, $4::integer[]) AS revised_by
  FROM document d
  JOIN revision v ON v.document_id = d.id AND v.id = coalesce($6::uuid, d.current_revision_id)
  JOIN revision_text t ON t.document_id = d.id AND t.revision_id = v.id
\ir readable.part
