-- Founds a group, which its founder owns; set_up.sql does the rest.
-- $1 id, $2 founder, $3 name, $4 description or null, $5 access
SELECT create_group($1::uuid, 'group', $5::text, $3::text, $4::text, $2::uuid)
