-- A wrong password: after five the account waits, 5 s and then twice as long each time, up to 15
-- minutes. A day without one, and the count begins anew. One that was under way when the wait began
-- does not make it longer.
-- Of a name that nobody has the event is written as well: a commit that waits for the disk takes longer
-- than one that has nothing to write, and would tell the two apart.
-- $1 user (nil: nobody), $2 locked_until as it was found
WITH failed AS (
    UPDATE users
       SET failed_logins = CASE WHEN locked_until < now() - interval '1 day' THEN 1
                                ELSE failed_logins + 1 END,
           locked_until = CASE WHEN failed_logins >= 4
                                AND coalesce(locked_until >= now() - interval '1 day', true)
                               THEN now() + least(interval '15 minutes',
                                    interval '5 seconds' * 2 ^ least(failed_logins - 4, 8)) END
     WHERE id = $1::uuid AND coalesce(locked_until, '-infinity') <= coalesce($2::timestamptz, '-infinity')
)
INSERT INTO event (document_id, kind, subject_id)
VALUES ('00000000-0000-0000-0000-000000000000', 'session.refused', $1::uuid)
