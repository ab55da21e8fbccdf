-- Lets one writer at a time into a thread, so that tallies along it are neither lost nor deadlocked.
-- Comes after annotations/lock.sql in batches that reply, change a visibility or delete.
-- $1 document uuid, $2 thread uuid
SELECT a.id FROM annotation a WHERE a.document_id = $1::uuid AND a.id = $2::uuid FOR NO KEY UPDATE;
