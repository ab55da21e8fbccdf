-- Repeating it changes nothing.
-- $1 reader uuid, $2 uuid of user or mask
DELETE FROM mute m WHERE m.user_id = $1::uuid AND m.muted_id = $2::uuid;
