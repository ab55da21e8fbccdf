-- Founds a group, private, which its founder owns.
-- $1 id, $2 founder, $3 name, $4 description or null
SELECT create_group($1::uuid, 'group', 'private', $3::text, $4::text, $2::uuid)
