-- A job, before its client hears of it.
-- $1 id uuid, $2 user uuid, $3 kind text, $4 document uuid, $5 milliseconds until it lapses integer,
-- $6 how many one may have under way integer
-- Refuses: too-many-requests.
INSERT INTO job AS j (id, user_id, kind, document_id, lapses_at, created_at, updated_at)
SELECT $1::uuid, $2::uuid, $3::text, $4::uuid, clock_timestamp() + $5::integer * interval '1 ms',
       clock_timestamp(), clock_timestamp()
 WHERE (SELECT count(*) FROM job o
         WHERE o.user_id = $2::uuid AND o.state IN ('waiting', 'running')
           AND o.lapses_at > clock_timestamp()) < $6::integer
    OR refuse('too-many-requests')
RETURNING
\ir shown.part
