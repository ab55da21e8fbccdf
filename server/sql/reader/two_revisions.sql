-- Two revisions of a text, to be compared. Who may read it has been asked before.
-- $1 document uuid, $2 from uuid or null: the one before the other, $3 to uuid or null: as it is now,
-- $4 reader uuid, $5 the true pass integer[]
SELECT f.id AS from_id, f.number AS from_number, f.created_at AS from_at,
       reviser_called(d.id, f.id, $4::uuid, $5::integer[]) AS from_author,
       t.id AS to_id, t.number AS to_number, t.created_at AS to_at,
       reviser_called(d.id, t.id, $4::uuid, $5::integer[]) AS to_author, t.note AS to_note
  FROM document d
  JOIN revision t ON t.document_id = d.id AND t.id = coalesce($3::uuid, d.current_revision_id)
  JOIN revision f ON f.document_id = d.id AND f.id = coalesce($2::uuid, t.parent_id, t.id)
 WHERE d.id = $1;
