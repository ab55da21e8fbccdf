-- Puts everything on a document where it belongs after its switch has changed. Comes after
-- documents/set_annotating.sql.
-- $1 document uuid, $2 actor uuid
-- Answers one row: how many annotations moved.
SELECT settle_annotations($1::uuid, NULL, $2::uuid) AS moved;
