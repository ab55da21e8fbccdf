-- Jobs whose server has died without a word have failed; housekeeping.
UPDATE job j SET state = 'failed', status = 503, updated_at = clock_timestamp()
 WHERE j.id IN (SELECT o.id FROM job o
                 WHERE o.state IN ('waiting', 'running') AND o.lapses_at <= clock_timestamp()
                 ORDER BY o.lapses_at LIMIT 1000 FOR UPDATE SKIP LOCKED);
