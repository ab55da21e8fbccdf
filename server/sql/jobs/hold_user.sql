-- One after the other, those that would give somebody another job; goes before jobs/insert.sql.
-- $1 user uuid
-- Refuses: unauthorized (the account has ended).
SELECT CASE WHEN u.state = 'active' THEN true ELSE refuse('unauthorized') END AS held
  FROM users u WHERE u.id = $1::uuid FOR NO KEY UPDATE;
