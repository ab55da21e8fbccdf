-- annotations/lock for a write that names several groups: the document, and the groups that read it or
-- are named.
-- $1 document uuid, $2 groups uuid[]
SELECT lock_documents(ARRAY[$1::uuid], $2::uuid[], '{}');
