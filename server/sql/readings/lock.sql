-- Holds still what is written on a text, and who is in a group and leads it. The first call of a batch
-- that sets a rule or reveals a reading: writers hold the document and their groups FOR SHARE (annotations/lock).
-- $1 group uuid, $2 document uuid
WITH held AS (
    SELECT d.id FROM document d WHERE d.id = $2::uuid FOR NO KEY UPDATE
)
SELECT g.id FROM held h JOIN groups g ON g.id = $1::uuid FOR UPDATE OF g;
