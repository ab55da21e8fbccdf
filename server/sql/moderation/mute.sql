-- Mutes a user by their own name, or one by the mask that they wear in a group of the reader's: each as
-- the reader may know them, and nothing tells whether one is the other. Repeating it changes nothing.
-- $1 reader uuid, $2 the reader's true pass integer[], $3 uuid of user or mask
-- Refuses: not-found, yourself, too-many (1000).
WITH known AS (
    SELECT u.id, u.id = $1::uuid AS own FROM users u
     WHERE u.id = $3::uuid AND u.state <> 'erased'
    UNION ALL
    SELECT k.id, k.user_id = $1::uuid FROM mask k
      JOIN audience x ON x.group_id = k.group_id AND x.class = 0
     WHERE k.id = $3::uuid AND x.id = ANY ($2::integer[])
), fit AS (
    SELECT k.id FROM (SELECT $3::uuid AS asked) q LEFT JOIN known k ON k.id = q.asked
     WHERE CASE WHEN k.id IS NULL THEN refuse('not-found')
                WHEN k.own THEN refuse('yourself')
                WHEN (SELECT count(*) FROM mute m
                       WHERE m.user_id = $1::uuid AND m.muted_id <> $3::uuid) >= 1000 THEN refuse('too-many')
                ELSE true END
)
INSERT INTO mute (user_id, muted_id, created_at) SELECT $1::uuid, f.id, clock_timestamp() FROM fit f
    ON CONFLICT ON CONSTRAINT mute_pkey DO NOTHING;
