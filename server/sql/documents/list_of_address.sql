-- The documents known by an address that a reader may know of: ids alone, which find.sql and
-- find_pages.sql look up and judge. Few: an address leads to one text in each group, and to one page.
-- $1 reader uuid, $2 reads int[], $3 uri text, $4 groups uuid[] or null
SELECT d.id
  FROM document_address a
  JOIN document d ON d.id = a.document_id AND d.deleted_at IS NULL
 WHERE a.uri = $3
   AND ($4::uuid[] IS NULL OR a.scope = ANY ($4))
   AND CASE WHEN d.kind = 'page' THEN true
            ELSE d.owner_id = $1 OR d.audience_id = ANY ($2::integer[])
              OR EXISTS (SELECT 1 FROM listing l
                          WHERE l.document_id = d.id AND l.audience_id = ANY ($2::integer[])) END
 ORDER BY d.created_at DESC, d.id DESC
 LIMIT 200;
