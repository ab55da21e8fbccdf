-- Forgets jobs that ended a day ago: no key leads to them any more. Housekeeping.
DELETE FROM job
 WHERE id IN (SELECT id FROM job
               WHERE state IN ('done', 'failed') AND updated_at < now() - interval '24 hours'
               ORDER BY updated_at LIMIT 1000);
