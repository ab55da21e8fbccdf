-- Holds off whoever is about to write on a document, until the end of the transaction. Goes before
-- documents/set_annotating.sql.
-- $1 id uuid
SELECT FROM document d WHERE d.id = $1::uuid FOR NO KEY UPDATE;
