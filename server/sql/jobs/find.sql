-- A job of one's own.
-- $1 user uuid, $2 id uuid
SELECT
\ir shown.part
  FROM job j WHERE j.id = $2::uuid AND j.user_id = $1::uuid;
