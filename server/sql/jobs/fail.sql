-- Jobs have come to nothing, each with the answer that its client would have had. What has been done after
-- all stays so.
-- An entry each: $1 ids uuid[], $2 statuses integer[], $3 problems text[]
UPDATE job j
   SET state = 'failed', status = f.status, problem = f.problem::json, updated_at = clock_timestamp()
  FROM unnest($1::uuid[], $2::integer[], $3::text[]) AS f (id, status, problem)
 WHERE j.id = f.id AND j.state IN ('waiting', 'running');
