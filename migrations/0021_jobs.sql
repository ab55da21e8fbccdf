-- Jobs: requests that go on without their client.

SET LOCAL search_path TO gloss;

-- A row is there before its client hears of it, and the transaction of what it does says `done` in it, or
-- is undone: so it is never wrong about whether something was done. Its server says every few seconds that
-- it goes on; one of which nothing has been heard by lapses_at has failed, whatever its row says.
ALTER TABLE job DROP COLUMN details, DROP COLUMN attempts;
ALTER TABLE job RENAME COLUMN due_at TO lapses_at;
ALTER TABLE job ALTER COLUMN lapses_at DROP DEFAULT, ALTER COLUMN user_id SET NOT NULL;
ALTER TABLE job
    ADD COLUMN stage     text NOT NULL DEFAULT 'read',
    ADD COLUMN done      integer NOT NULL DEFAULT 0, -- of total, in this stage
    ADD COLUMN total     integer NOT NULL DEFAULT 0,
    ADD COLUMN status    smallint,                   -- of the answer that it would have had
    ADD COLUMN object_id uuid,                       -- done: what it made
    ADD COLUMN more      text,                       -- done: further members of that answer: ids alone
    ADD COLUMN problem   json,                       -- failed: that answer; null: its server has died
    ADD CONSTRAINT job_stage CHECK (stage IN ('read', 'align', 'carry', 'write'));
ALTER INDEX job_waiting RENAME TO job_open;
CREATE INDEX job_ended ON job (updated_at) WHERE state IN ('done', 'failed');

-- Has it come to nothing, so that its request may be sent again?
CREATE FUNCTION job_has_failed(asked uuid) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = gloss, pg_temp AS $$
    SELECT EXISTS (SELECT FROM job j
                    WHERE j.id = asked AND (j.state = 'failed' OR
                          j.state IN ('waiting', 'running') AND j.lapses_at <= clock_timestamp()))
$$;
