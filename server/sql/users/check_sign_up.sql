-- May somebody sign up with these? Asked before a password is hashed; the statements of the sign-up
-- itself decide. invitation: null when there is no such code.
-- $1 name, $2 SHA-256 of the setup code or null, $3 invitation code or null
SELECT EXISTS (SELECT FROM users WHERE name = $1::text) AS is_taken,
       EXISTS (SELECT FROM setup
                WHERE code_hash = $2::bytea AND used_at IS NULL AND expires_at > now())
           AND NOT EXISTS (SELECT FROM users WHERE admin AND state = 'active') AS may_set_up,
       (SELECT i.revoked_at IS NULL AND (i.expires_at IS NULL OR i.expires_at > now())
               AND (i.uses_left IS NULL OR i.uses_left > 0) AND g.deleted_at IS NULL
          FROM invitation i JOIN groups g ON g.id = i.group_id
         WHERE i.code = $3::text) AS is_open
