-- Takes addresses from texts of the same group that have been deleted, so that another may have them.
-- $1 document uuid that wants them, $2 uris text[]
DELETE FROM document_address a
 USING document wants, document has
 WHERE wants.id = $1 AND a.scope = wants.group_id AND a.uri = ANY ($2::text[])
   AND has.id = a.document_id AND has.deleted_at IS NOT NULL AND has.id <> wants.id;
