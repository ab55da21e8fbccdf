-- Holds still what decides where new words go: the document, and the groups that read it or are named.
-- The first call of every batch that writes an annotation or a reaction, in a statement of its own: the
-- next one then has a snapshot that sees what a change of the rule has committed, and a change that
-- comes later waits and moves what was written.
-- $1 document uuid, $2 group uuid or null (named by the writer, or that of the target)
WITH held AS (
    SELECT d.id, d.group_id FROM document d WHERE d.id = $1::uuid FOR SHARE
)
SELECT g.id FROM groups g
 WHERE g.id IN (SELECT h.group_id FROM held h
                UNION ALL SELECT l.group_id FROM listing l WHERE l.document_id = $1::uuid
                UNION ALL SELECT $2::uuid)
 ORDER BY g.id FOR SHARE;
