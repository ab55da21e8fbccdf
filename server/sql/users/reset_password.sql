-- A new password from the command line; it also lets a disabled user back in, and ends what anybody
-- has open with the old one. No row: there is no such user.
-- $1 name, $2 password hash
WITH changed AS (
    UPDATE users
       SET password_hash = $2::text, state = 'active', failed_logins = 0, locked_until = NULL,
           version = version + 1, updated_at = now()
     WHERE name = $1::text AND state <> 'erased'
    RETURNING id
), sessions AS (
    DELETE FROM session USING changed WHERE session.user_id = changed.id
), told AS (
    INSERT INTO event (document_id, kind, subject_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'user.password_changed', id FROM changed
)
SELECT id FROM changed
