-- Stores a revision that takes the place of another, which is read as the current one: whether it still
-- is, documents/become_current.sql asks at the end of the same transaction. Two that take the place of
-- one end with revision_number_taken.
-- $1 document uuid, $2 revision uuid, $3 base uuid, $4 author uuid, $5 note text or null,
-- $6 format text, $7 charset text, $8 sha256 bytea, $9 chars integer, $10 bytes integer
INSERT INTO revision (document_id, id, number, parent_id, author_id, mask_id, note, format, charset, sha256,
                      chars, bytes, created_at)
SELECT b.document_id, $2::uuid, b.number + 1, b.id, $4::uuid,
       CASE WHEN d.owner_id <> $4::uuid THEN mask_of(d.group_id, $4::uuid) END, $5::text, $6::text, $7::text,
       $8::bytea, $9::integer, $10::integer, clock_timestamp()
  FROM revision b JOIN document d ON d.id = b.document_id
 WHERE b.document_id = $1::uuid AND b.id = $3::uuid;
