-- A page of the documents that a user has put in or said something on, by id: ids alone, which
-- documents/find.sql looks up.
-- $1 user uuid, $2 reads integer[], $3 id uuid of the last row before, or null, $4 limit integer
SELECT x.id FROM (
    SELECT a.document_id AS id FROM annotation a
     WHERE a.author_id = $1::uuid AND (a.author_id = $1 OR a.audience_id = ANY ($2::integer[]))
       AND a.document_id > coalesce($3::uuid, '00000000-0000-0000-0000-000000000000')
    UNION
    SELECT d.id FROM document d
     WHERE d.owner_id = $1::uuid AND d.deleted_at IS NULL
       AND d.id > coalesce($3::uuid, '00000000-0000-0000-0000-000000000000')
) x ORDER BY x.id LIMIT $4::integer;
