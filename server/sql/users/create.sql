-- Makes an account, as the command line does; one whose name is taken fails by users_name_taken.
-- $1 id uuid, $2 name, $3 display name, $4 password hash, $5 admin boolean, $6 id of the own group
INSERT INTO event (document_id, kind, subject_id)
SELECT '00000000-0000-0000-0000-000000000000', 'user.created', $1::uuid
  FROM create_user($1::uuid, $2::text, $3::text, $4::text, $5::boolean, $6::uuid) AS made
