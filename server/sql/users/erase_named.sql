-- The same from the command line. No row: there is no such user.
-- $1 name
SELECT u.id, erase_user(u.id, NULL) FROM users u WHERE u.name = $1::text AND u.state <> 'erased';
