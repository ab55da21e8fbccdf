-- A job has done what it was to do: the last call of the transaction that does it. Who asked for it may
-- still do so with what they showed then.
-- $1 id uuid, $2 object uuid (what it made), $3 status integer (of the answer), $4 more text or null
-- (further members of that), $5 the token or session that it was asked with uuid, $6 total integer (of what
-- it had to do)
-- Refuses: job-ended (it has lapsed, or is not there any more), unauthorized.
WITH done AS (
    UPDATE job j
       SET state = 'done', stage = 'write', done = $6::integer, total = $6::integer,
           object_id = $2::uuid, status = $3::integer, more = $4::text, updated_at = clock_timestamp()
     WHERE j.id = $1::uuid AND j.state = 'running' AND j.lapses_at > clock_timestamp()
    RETURNING j.user_id
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM done) THEN refuse('job-ended')
            WHEN EXISTS (SELECT FROM done d JOIN users u ON u.id = d.user_id
                          WHERE u.state = 'active'
                            AND (EXISTS (SELECT FROM token t WHERE t.id = $5::uuid AND t.user_id = u.id
                                            AND (t.expires_at IS NULL OR t.expires_at > now()))
                                 OR EXISTS (SELECT FROM session s WHERE s.id = $5::uuid
                                               AND s.user_id = u.id AND s.expires_at > now())))
            THEN true ELSE refuse('unauthorized') END AS done;
