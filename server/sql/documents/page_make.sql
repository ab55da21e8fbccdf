-- The page elsewhere with this address; made, with the id given, if the server does not know it yet.
-- $1 id uuid, $2 uri text
WITH there AS MATERIALIZED (
    SELECT a.document_id FROM document_address a
     WHERE a.scope = '00000000-0000-0000-0000-000000000000' AND a.uri = $2
), made AS (
    INSERT INTO document (id, kind) SELECT $1, 'page' WHERE NOT EXISTS (SELECT FROM there)
    RETURNING id
), named AS (
    INSERT INTO document_address (scope, uri, document_id)
    SELECT '00000000-0000-0000-0000-000000000000', $2, id FROM made
    RETURNING document_id
)
SELECT document_id AS id FROM there UNION ALL SELECT document_id FROM named;
