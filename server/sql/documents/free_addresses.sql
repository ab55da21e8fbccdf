-- Takes addresses from texts of the same group that have been deleted, so that another may have them.
-- The deleted text keeps them in a scope of its own, and wants them back when it is restored.
-- $1 document uuid that wants them, $2 uris text[]
UPDATE document_address a SET scope = has.id
  FROM document wants, document has
 WHERE wants.id = $1 AND a.scope = wants.group_id AND a.uri = ANY ($2::text[])
   AND has.id = a.document_id AND has.deleted_at IS NOT NULL AND has.id <> wants.id;
