-- The addresses that a text is known by; insert_addresses.sql puts the new ones in.
-- $1 document uuid
DELETE FROM document_address WHERE document_id = $1;
