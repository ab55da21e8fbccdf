-- A session for who has shown the password that was verified. No row: it was changed meanwhile, the
-- account was disabled, or its wait began since: many guesses at once are no more than one by one.
-- Sessions of theirs that are over go.
-- $1 session uuid, $2 user uuid, $3 SHA-256 of the cookie's value, $4 the hash that was verified,
-- $5 a newer hash of the same password, or null, $6 locked_until as it was found
WITH passed AS (
    UPDATE users
       SET failed_logins = 0, locked_until = NULL, password_hash = coalesce($5::text, password_hash)
     WHERE id = $2::uuid AND state = 'active' AND password_hash = $4::text
       AND coalesce(locked_until, '-infinity') <= coalesce($6::timestamptz, '-infinity')
    RETURNING id
), over AS (
    DELETE FROM session s USING passed p
     WHERE s.user_id = p.id
       AND (s.expires_at <= now() OR s.last_used_at <= now() - interval '14 days')
), made AS (
    INSERT INTO session (id, user_id, hash, expires_at)
    SELECT $1::uuid, id, $3::bytea, now() + interval '90 days' FROM passed
    RETURNING created_at, expires_at
), told AS (
    INSERT INTO event (document_id, kind, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'session.created', $1::uuid, id FROM passed
)
SELECT created_at, expires_at FROM made
