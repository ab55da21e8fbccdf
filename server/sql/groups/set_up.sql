-- The settings of a group that has just been founded.
-- $1 group, $2 anonymous, $3 leaders_see_through, $4 premoderated
UPDATE groups SET anonymous = $2::boolean, leaders_see_through = $3::boolean, premoderated = $4::boolean
 WHERE id = $1::uuid
RETURNING (SELECT count(mask_of(m.group_id, m.user_id)) FROM member m WHERE m.group_id = id) AS masked
