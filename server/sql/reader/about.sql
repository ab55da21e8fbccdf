-- What the pages beside the reading page say of a text, if the reader may read it.
-- $1 reader uuid, $2 reads integer[], $3 document uuid, $4 the true pass integer[],
-- $5 roles that manage its home's texts text[]
-- A row for door_admits_text() and door_putter().
SELECT
\ir about.part
  FROM document d
\ir readable.part
