-- The revisions of a document that the reader may read, newest first. Whether they may has been asked
-- before.
-- Rows for door_putter().
-- $1 reader uuid, $2 reads int[], $3 document uuid, $4 number to go on after integer or null, $5 how many
-- integer
SELECT r.id, r.document_id, r.number, r.parent_id, r.note, r.format, r.sha256, r.chars, r.created_at,
\ir putter.part
       , credits_told(r.document_id, r.id, $1::uuid, $2::integer[]) AS credits
  FROM revision r
  JOIN document d ON d.id = r.document_id
 CROSS JOIN LATERAL (SELECT r.author_id AS id,
                            CASE WHEN r.author_id = d.owner_id THEN d.mask_id
                                 ELSE r.mask_id END AS mask_id) who
\ir putter_joins.part
 WHERE r.document_id = $3 AND ($4::integer IS NULL OR r.number < $4::integer)
 ORDER BY r.number DESC LIMIT $5::integer;
