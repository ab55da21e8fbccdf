-- The addresses of a text follow it to its home; free_addresses.sql has made room there. One that
-- another text has ends with document_address_pkey.
-- $1 id uuid
UPDATE document_address a SET scope = d.group_id
  FROM document d
 WHERE d.id = $1 AND d.deleted_at IS NULL AND a.document_id = d.id AND a.scope <> d.group_id;
