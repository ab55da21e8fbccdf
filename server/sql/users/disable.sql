-- Lets a user in no more: what they had open ends. No row: there is no such user.
-- $1 name
WITH disabled AS (
    UPDATE users SET state = 'disabled', version = version + 1, updated_at = now()
     WHERE name = $1::text AND state <> 'erased'
    RETURNING id
), sessions AS (
    DELETE FROM session USING disabled WHERE session.user_id = disabled.id
), tokens AS (
    DELETE FROM token USING disabled WHERE token.user_id = disabled.id
), invitations AS (
    UPDATE invitation SET revoked_at = now() FROM disabled
     WHERE invitation.author_id = disabled.id AND invitation.revoked_at IS NULL
), told AS (
    INSERT INTO event (document_id, kind, subject_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'user.disabled', id FROM disabled
)
SELECT id FROM disabled
