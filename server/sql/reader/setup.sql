-- Does this code still make its bearer the admin?
-- $1 code text
SELECT EXISTS (SELECT FROM setup
                WHERE code_hash = sha256(convert_to($1::text, 'UTF8')) AND used_at IS NULL
                  AND expires_at > now())
       AND NOT EXISTS (SELECT FROM users WHERE admin AND state = 'active') AS open
