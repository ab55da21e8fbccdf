-- Sets the rule by which a group reads a text independently first. A batch: readings/lock, this,
-- readings/state, readings/ready.
-- $1 group uuid, $2 document uuid, $3 actor uuid, $4 roles that may text[], $5 own_count integer or null,
-- $6 by_reader boolean, $7 due_at timestamptz or null
-- Refuses: not-allowed, not-found (the group does not read such a text), already-revealed. Answers
-- `changed`, false when it is as it was.
WITH may AS (
    SELECT FROM member m JOIN groups g ON g.id = m.group_id
     WHERE m.group_id = $1::uuid AND m.user_id = $3::uuid AND m.role = ANY ($4::text[])
       AND g.deleted_at IS NULL
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM may) THEN refuse('not-allowed')
            WHEN NOT reads_text($1::uuid, $2::uuid) THEN refuse('not-found')
            ELSE set_reading($1::uuid, $2::uuid, $3::uuid, $5::integer, $6::boolean, $7::timestamptz)
            END AS changed;
