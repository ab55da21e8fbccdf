-- Opens a reading for one member, who says that they have read it. Repeating it changes nothing, nor
-- does it for who sees everything already. A batch: groups/lock_shared, this, readings/state.
-- $1 group uuid, $2 document uuid, $3 reader uuid
-- Refuses: not-found (the group does not read such a text), not-allowed (not in the group), no-reading,
-- conflict (the rule does not leave it to readers).
WITH reading AS MATERIALIZED (
    SELECT r.sealed_id, r.by_reader, r.sealed_id = ANY (reads_of($3::uuid)) AS is_open
      FROM reading r WHERE r.group_id = $1::uuid AND r.document_id = $2::uuid
), fit AS MATERIALIZED (
    SELECT r.sealed_id FROM (SELECT 1) q LEFT JOIN reading r ON true
     WHERE CASE WHEN NOT reads_text($1::uuid, $2::uuid) THEN refuse('not-found')
                WHEN NOT EXISTS (SELECT FROM member m
                                  WHERE m.group_id = $1::uuid AND m.user_id = $3::uuid)
                THEN refuse('not-allowed')
                WHEN r.sealed_id IS NULL THEN refuse('no-reading')
                WHEN r.is_open THEN false
                WHEN NOT r.by_reader THEN refuse('conflict')
                ELSE true END
), opened AS (
    INSERT INTO reveal (user_id, audience_id) SELECT $3::uuid, f.sealed_id FROM fit f
        ON CONFLICT ON CONSTRAINT reveal_pkey DO NOTHING
    RETURNING user_id
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, holder_id, subject_id, actor_id)
    SELECT $2::uuid, 'reading.opened', x.group_id, x.id, o.user_id, o.user_id, o.user_id
      FROM opened o, audience x WHERE x.group_id = $1::uuid AND x.class = 1
)
SELECT EXISTS (SELECT FROM opened) AS changed;
