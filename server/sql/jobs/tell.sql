-- How far a server's jobs are, and that it goes on with them. What is being written just now is left alone,
-- so that nobody waits.
-- An entry each: $1 ids uuid[], $2 stages text[], $3 done integer[], $4 totals integer[];
-- $5 milliseconds until they lapse integer
WITH told AS (
    SELECT j.id, t.stage, t.done, t.total
      FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::integer[]) AS t (id, stage, done, total)
      JOIN job j ON j.id = t.id
     WHERE j.state IN ('waiting', 'running') AND j.lapses_at > clock_timestamp()
       FOR NO KEY UPDATE OF j SKIP LOCKED
)
UPDATE job j
   SET stage = t.stage, done = t.done, total = t.total,
       updated_at = CASE WHEN (j.stage, j.done, j.total) = (t.stage, t.done, t.total) THEN j.updated_at
                         ELSE clock_timestamp() END,
       lapses_at = clock_timestamp() + $5::integer * interval '1 ms'
  FROM told t WHERE j.id = t.id;
