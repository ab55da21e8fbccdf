-- Opens a reading for all. Repeating it changes nothing. A batch: readings/lock, this,
-- readings/state, readings/ready.
-- $1 group uuid, $2 document uuid, $3 actor uuid, $4 roles that may text[]
-- Refuses: not-allowed, not-found (the group does not read such a text), no-reading (there is no rule).
WITH may AS (
    SELECT FROM member m JOIN groups g ON g.id = m.group_id
     WHERE m.group_id = $1::uuid AND m.user_id = $3::uuid AND m.role = ANY ($4::text[])
       AND g.deleted_at IS NULL
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM may) THEN refuse('not-allowed')
            WHEN NOT reads_text($1::uuid, $2::uuid) THEN refuse('not-found')
            WHEN NOT EXISTS (SELECT FROM reading r
                              WHERE r.group_id = $1::uuid AND r.document_id = $2::uuid)
            THEN refuse('no-reading')
            ELSE reveal_reading($1::uuid, $2::uuid, $3::uuid) END AS changed;
