-- The event log, the shelves that are counted from it, and what keeps a request from being done twice.

SET LOCAL search_path TO gloss;

-- The place of a new event among those of its transaction.
CREATE FUNCTION event_ordinal() RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(max(ordinal) + 1, 0) FROM event WHERE xid = pg_current_xact_id());
END $$;

-- What has happened, written in the transaction of the change: ids, never words. Nobody changes a row.
-- Its order is (xid, ordinal), and whoever follows it stays below pg_snapshot_xmin(): numbers and times
-- are taken before a commit, so an order by them loses what commits late. A writer names neither xid nor
-- ordinal nor at.
-- It is also what shelves are counted from: a change of what lies on a shelf, or of how it looks, is an
-- event with the shelf's document, audience and holder; a move between shelves is two.
CREATE TABLE event (
    document_id uuid NOT NULL,             -- nil where there is none
    xid         xid8 NOT NULL DEFAULT pg_current_xact_id(),
    ordinal     integer NOT NULL DEFAULT event_ordinal(),
    kind        text NOT NULL,             -- annotation.created, document.updated, member.joined …
    group_id    uuid,
    audience_id integer,                   -- who may learn of it; null: actor and subject alone
    holder_id   uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
                                           -- of a row that is not open, its author; else nil
    subject_id  uuid NOT NULL,             -- the annotation, document, user …
    actor_id    uuid,
    delta       smallint NOT NULL DEFAULT 0, -- live annotations more or less on the shelf
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT event_pkey PRIMARY KEY (document_id, xid, ordinal) INCLUDE (audience_id, holder_id, delta),
    CONSTRAINT event_kind CHECK (kind ~ '^[a-z]+\.[a-z_]+$'),
    CONSTRAINT event_delta CHECK (delta = 0 OR audience_id IS NOT NULL)
);
CREATE INDEX event_in_order ON event (xid, ordinal);

-- What lies on a document for an audience, as far as events have been folded into it: n live
-- annotations, `version` events. Rows that are not open are counted by holder, so that readers whose
-- pass lacks the audience can count their own. What lies there now is this row and the events from
-- fold.xid on; folding moves events from the one to the other and never changes the sum.
CREATE TABLE shelf (
    document_id uuid NOT NULL,
    audience_id integer NOT NULL,
    holder_id   uuid NOT NULL,             -- nil: open rows
    n           integer NOT NULL,
    version     bigint NOT NULL,
    CONSTRAINT shelf_pkey PRIMARY KEY (document_id, audience_id, holder_id)
) WITH (fillfactor = 80);
CREATE INDEX shelf_of_holder ON shelf (document_id, holder_id)
    WHERE holder_id <> '00000000-0000-0000-0000-000000000000';

-- How far the log has been folded into shelves: all events before this transaction. One row.
CREATE TABLE fold (
    only_row boolean NOT NULL DEFAULT true,
    xid      xid8 NOT NULL,
    CONSTRAINT fold_pkey PRIMARY KEY (only_row),
    CONSTRAINT fold_one CHECK (only_row)
);
INSERT INTO fold (xid) VALUES ('0');

-- After a dump was restored into another cluster, events may carry transactions that this one has not
-- had yet: whoever follows the log would wait for them, and new events would sort before old ones. Then
-- all events become those of one early transaction, in their order, and cursors of before are told to
-- begin again (server.feed_epoch). Does nothing otherwise; each server asks at its start.
CREATE FUNCTION settle_restored() RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gloss, pg_temp AS $$
DECLARE
    early xid8;
BEGIN
    IF NOT EXISTS (SELECT FROM fold f WHERE f.xid > pg_snapshot_xmax(pg_current_snapshot()))
       AND NOT EXISTS (SELECT FROM event e WHERE e.xid >= pg_snapshot_xmax(pg_current_snapshot())) THEN
        RETURN false;
    END IF;
    LOCK TABLE event, fold IN EXCLUSIVE MODE;
    IF NOT EXISTS (SELECT FROM fold f WHERE f.xid > pg_snapshot_xmax(pg_current_snapshot()))
       AND NOT EXISTS (SELECT FROM event e WHERE e.xid >= pg_snapshot_xmax(pg_current_snapshot())) THEN
        RETURN false; -- another server was first
    END IF;
    -- a new cluster's first transactions are long over; one more each time, so that no key is met twice
    UPDATE server SET feed_epoch = feed_epoch + 1;
    SELECT (feed_epoch + 1)::text::xid8 INTO early FROM server;
    UPDATE event e SET xid = early, ordinal = n.place
      FROM (SELECT document_id, xid, ordinal, row_number() OVER (ORDER BY xid, ordinal) AS place
              FROM event) n
     WHERE e.document_id = n.document_id AND e.xid = n.xid AND e.ordinal = n.ordinal;
    DELETE FROM shelf;
    INSERT INTO shelf (document_id, audience_id, holder_id, n, version)
    SELECT document_id, audience_id, holder_id, sum(delta), count(*) FROM event
     WHERE audience_id IS NOT NULL GROUP BY document_id, audience_id, holder_id;
    UPDATE fold SET xid = (early::text::bigint + 1)::text::xid8;
    RETURN true;
END $$;

-- A request that its sender may send again: done once, and the answer made again from what it made.
-- Written in the transaction of the change, first, so that the second one waits for the first. Purged
-- after 24 hours.
CREATE TABLE idempotency_key (
    user_id      uuid NOT NULL,
    key          text NOT NULL,
    request_hash bytea NOT NULL,           -- of method, path and body
    operation    text NOT NULL,            -- of the contract
    object_id    uuid NOT NULL,            -- what it made
    document_id  uuid,                     -- whose that is
    status       smallint NOT NULL,        -- of the answer
    created_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_key_pkey PRIMARY KEY (user_id, key),
    CONSTRAINT idempotency_key_size CHECK (octet_length(key) BETWEEN 1 AND 255)
);
CREATE INDEX idempotency_key_by_time ON idempotency_key (created_at);

-- Work that outlives its request.
CREATE TABLE job (
    id          uuid NOT NULL,
    kind        text NOT NULL,
    user_id     uuid,
    document_id uuid,
    state       text NOT NULL DEFAULT 'waiting',
    details     json,
    attempts    integer NOT NULL DEFAULT 0,
    due_at      timestamptz NOT NULL DEFAULT now(),
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT job_pkey PRIMARY KEY (id),
    CONSTRAINT job_state CHECK (state IN ('waiting', 'running', 'done', 'failed'))
);
CREATE INDEX job_waiting ON job (due_at) WHERE state IN ('waiting', 'running');
CREATE INDEX job_by_user ON job (user_id, created_at DESC);

-- -- rights ----------------------------------------------------------------------------------------

-- Nobody gets at anything by accident.
REVOKE ALL ON ALL TABLES IN SCHEMA gloss FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA gloss FROM PUBLIC;

-- What the server's role may do; run by `gloss migrate` after the last step, as the owner. It owns
-- nothing, reads passes that triggers write, and adds to the log that nobody changes.
CREATE FUNCTION grant_rights(server_role name) RETURNS void
    LANGUAGE plpgsql SET search_path = gloss, pg_temp AS $$
DECLARE
    t record;
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA gloss TO %I', server_role);
    FOR t IN SELECT c.relname FROM pg_class c
              WHERE c.relnamespace = 'gloss'::regnamespace AND c.relkind IN ('r', 'p')
                AND c.relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user) LOOP
        EXECUTE format('REVOKE ALL ON gloss.%I FROM %I', t.relname, server_role);
        EXECUTE format('GRANT %s ON gloss.%I TO %I',
            CASE t.relname
                WHEN 'pass' THEN 'SELECT'
                WHEN 'migration' THEN 'SELECT'
                WHEN 'event' THEN 'SELECT, INSERT'
                WHEN 'revision' THEN 'SELECT, INSERT'
                WHEN 'revision_text' THEN 'SELECT, INSERT'
                WHEN 'audience' THEN 'SELECT, INSERT'
                WHEN 'server' THEN 'SELECT, UPDATE'
                WHEN 'fold' THEN 'SELECT, UPDATE'
                WHEN 'groups' THEN 'SELECT, INSERT, UPDATE'
                WHEN 'users' THEN 'SELECT, INSERT, UPDATE'
                WHEN 'document' THEN 'SELECT, INSERT, UPDATE'
                ELSE 'SELECT, INSERT, UPDATE, DELETE'
            END, t.relname, server_role);
    END LOOP;
    EXECUTE format('GRANT EXECUTE ON FUNCTION refuse(text), pass_of(uuid), reads_of(uuid), '
        'create_group(uuid, text, text, text, text, uuid), '
        'create_user(uuid, text, text, text, boolean, uuid), '
        'tally_add(integer[], integer, integer, integer), '
        'audience_for(uuid, uuid, uuid, boolean), audience_narrower(integer, integer), '
        'event_ordinal(), settle_restored() TO %I', server_role);
END $$;
REVOKE ALL ON FUNCTION grant_rights(name) FROM PUBLIC;
