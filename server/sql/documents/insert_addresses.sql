-- The addresses that a text is known by, in the order its owner named them. One that another text of
-- the group has ends with document_address_pkey.
-- $1 document uuid, $2 uris text[]
INSERT INTO document_address (scope, uri, document_id, position)
SELECT d.group_id, named.uri, d.id, named.place - 1
  FROM document d, unnest($2::text[]) WITH ORDINALITY AS named (uri, place)
 WHERE d.id = $1 AND d.kind = 'text';
