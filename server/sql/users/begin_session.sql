-- A session for somebody who has just signed up.
-- $1 session uuid, $2 user uuid, $3 SHA-256 of the cookie's value
WITH made AS (
    INSERT INTO session (id, user_id, hash, expires_at)
    VALUES ($1::uuid, $2::uuid, $3::bytea, now() + interval '90 days')
    RETURNING id, user_id
)
INSERT INTO event (document_id, kind, subject_id, actor_id)
SELECT '00000000-0000-0000-0000-000000000000', 'session.created', id, user_id FROM made
