-- One revision of a text that the reader may read.
-- $1 reader uuid, $2 reads int[], $3 id uuid
-- A row for door_admits_text() and door_putter().
SELECT d.owner_id, names.audiences,
       r.id, r.document_id, r.number, r.parent_id, r.note, r.format, r.sha256, r.chars, r.created_at,
\ir putter.part
       , credits_told(r.document_id, r.id, $1::uuid, $2::integer[]) AS credits
  FROM revision r
  JOIN document d ON d.id = r.document_id AND d.kind = 'text' AND d.deleted_at IS NULL
 CROSS JOIN LATERAL (SELECT r.author_id AS id,
                            CASE WHEN r.author_id = d.owner_id THEN d.mask_id
                                 ELSE r.mask_id END AS mask_id) who
\ir putter_joins.part
 WHERE r.id = $3 AND (d.owner_id = $1 OR cardinality(names.audiences) > 0);
