-- The account that somebody wants to sign in to. wait_s: no attempt for so many seconds; null: go on.
-- $1 name
SELECT id, name, display_name, state = 'active' AS is_active, password_hash, locked_until,
       CASE WHEN locked_until > now() THEN ceil(extract(epoch FROM locked_until - now()))::integer END
           AS wait_s
  FROM users WHERE name = $1::text AND state <> 'erased'
