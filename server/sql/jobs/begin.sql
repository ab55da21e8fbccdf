-- A job's turn has come; no row: it has lapsed, or its user's account has ended.
-- $1 id uuid, $2 milliseconds until it lapses integer
UPDATE job j
   SET state = 'running', updated_at = clock_timestamp(),
       lapses_at = clock_timestamp() + $2::integer * interval '1 ms'
 WHERE j.id = $1::uuid AND j.state = 'waiting' AND j.lapses_at > clock_timestamp()
RETURNING true AS begun;
