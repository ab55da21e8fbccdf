-- One's new password; sessions other than this one end. No row: it was changed
-- meanwhile, or the account's wait began since.
-- $1 user, $2 the hash that was verified, $3 the new hash, $4 the session that stays,
-- $5 locked_until as it was found
WITH changed AS (
    UPDATE users
       SET password_hash = $3::text, failed_logins = 0, locked_until = NULL,
           version = version + 1, updated_at = now()
     WHERE id = $1::uuid AND state = 'active' AND password_hash = $2::text
       AND coalesce(locked_until, '-infinity') <= coalesce($5::timestamptz, '-infinity')
    RETURNING id
), ended AS (
    DELETE FROM session s USING changed c WHERE s.user_id = c.id AND s.id <> $4::uuid
), told AS (
    INSERT INTO event (document_id, kind, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'user.password_changed', id, id FROM changed
)
SELECT id FROM changed
