-- A token for a user, as the command line makes it. No row: there is no such user, or a disabled one;
-- is_made is false for who is no admin where the scopes have the admin's.
-- $1 id uuid, $2 user's name, $3 hash bytea, $4 label, $5 scopes integer, $6 are the admin's among them?
WITH owner AS (
    SELECT u.id, u.admin FROM users u WHERE u.name = $2::text AND u.state = 'active'
), made AS (
    INSERT INTO token (id, user_id, hash, name, scopes)
    SELECT $1::uuid, o.id, $3::bytea, $4::text, $5::integer
      FROM owner o WHERE o.admin OR NOT $6::boolean
    RETURNING id, user_id
), told AS (
    INSERT INTO event (document_id, kind, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'token.created', id, user_id FROM made
)
SELECT EXISTS (SELECT FROM made) AS is_made FROM owner
