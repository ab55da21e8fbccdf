-- What one's password is verified against; wait_s as in find_login.sql.
-- $1 user
SELECT password_hash, locked_until,
       CASE WHEN locked_until > now() THEN ceil(extract(epoch FROM locked_until - now()))::integer END
           AS wait_s
  FROM users WHERE id = $1::uuid
