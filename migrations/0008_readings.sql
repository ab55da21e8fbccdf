-- Independent first: setting a rule, and the ways in which a reading is opened.

SET LOCAL search_path TO gloss;

-- Does the group read this text?
CREATE FUNCTION reads_text(in_group uuid, about uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM document d
                    WHERE d.id = about AND d.kind = 'text' AND d.deleted_at IS NULL
                      AND (d.group_id = in_group
                           OR EXISTS (SELECT FROM listing l
                                       WHERE l.document_id = about AND l.group_id = in_group)));
END $$;

-- How many annotations of this user, which are no replies, lie in a sealed audience.
CREATE FUNCTION own_sealed(seal integer, about uuid, writer uuid) RETURNS integer
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    RETURN (SELECT count(*)::integer FROM annotation a
             WHERE a.document_id = about AND a.author_id = writer AND a.version > 0
               AND a.deleted_at IS NULL AND a.parent_id IS NULL
               AND (a.audience_id = seal OR seal = ANY (a.also)));
END $$;

-- A member has opened a reading for themselves. Its leaders may learn of it, and they.
CREATE FUNCTION tell_opened(in_group uuid, about uuid, reader uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
BEGIN
    INSERT INTO event (document_id, kind, group_id, audience_id, holder_id, subject_id, actor_id)
    SELECT about, 'reading.opened', in_group, x.id, reader, reader, reader
      FROM audience x WHERE x.group_id = in_group AND x.class = 1;
END $$;

-- These annotations have just been written, published or approved: opens the readings for which their
-- authors have written enough with them. In a statement after the one that wrote them, of the same
-- transaction. The member's row is locked before they are counted, else two writers at once would each
-- miss the other's. Answers how many were opened.
CREATE FUNCTION open_counted(written uuid[]) RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
DECLARE
    due record;
    opened integer := 0;
BEGIN
    FOR due IN
        SELECT DISTINCT r.group_id, r.document_id, a.author_id, r.sealed_id, r.own_count
          FROM annotation a
          JOIN reading r ON r.sealed_id = ANY (a.also || a.audience_id)
         WHERE a.id = ANY (written) AND a.parent_id IS NULL AND a.deleted_at IS NULL
           AND r.own_count IS NOT NULL AND r.revealed_at IS NULL
         ORDER BY r.group_id, a.author_id, r.document_id
    LOOP
        PERFORM 1 FROM member m
          WHERE m.group_id = due.group_id AND m.user_id = due.author_id AND m.role = 'member'
            FOR NO KEY UPDATE;
        IF NOT FOUND OR own_sealed(due.sealed_id, due.document_id, due.author_id) < due.own_count THEN
            CONTINUE;
        END IF;
        INSERT INTO reveal (user_id, audience_id) VALUES (due.author_id, due.sealed_id)
            ON CONFLICT ON CONSTRAINT reveal_pkey DO NOTHING;
        IF FOUND THEN
            PERFORM tell_opened(due.group_id, due.document_id, due.author_id);
            opened := opened + 1;
        END IF;
    END LOOP;
    RETURN opened;
END $$;

-- Sets the rule of a reading that is not revealed, and moves what its members have written so far to
-- where it belongs from now on. Before it, in a statement of its own, the document and the group are
-- locked (readings/lock.sql). False: it is as it was.
CREATE FUNCTION set_reading(in_group uuid, about uuid, actor uuid, new_count integer,
                            new_by_reader boolean, new_due timestamptz) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
DECLARE
    was reading%ROWTYPE;
    members_id integer;
    seal integer;
    leaders uuid[];
    touched uuid[];
BEGIN
    SELECT * INTO was FROM reading r WHERE r.group_id = in_group AND r.document_id = about;
    IF was.revealed_at IS NOT NULL THEN
        PERFORM refuse('already-revealed');
    END IF;
    IF was.own_count IS NOT DISTINCT FROM new_count AND was.by_reader = new_by_reader
       AND was.due_at IS NOT DISTINCT FROM new_due THEN
        RETURN false;
    END IF;
    SELECT x.id INTO members_id FROM audience x WHERE x.group_id = in_group AND x.class = 0;
    SELECT x.id INTO seal FROM audience x
     WHERE x.group_id = in_group AND x.class = 3 AND x.document_id = about;
    IF seal IS NULL THEN
        INSERT INTO audience (group_id, class, document_id) VALUES (in_group, 3, about)
        RETURNING id INTO seal;
    END IF;
    INSERT INTO reading AS r (group_id, document_id, own_count, by_reader, due_at, sealed_id)
    VALUES (in_group, about, new_count, new_by_reader, new_due, seal)
        ON CONFLICT ON CONSTRAINT reading_pkey DO UPDATE
       SET own_count = excluded.own_count, by_reader = excluded.by_reader, due_at = excluded.due_at,
           sealed_id = excluded.sealed_id, version = r.version + 1, updated_at = clock_timestamp();

    leaders := ARRAY(SELECT m.user_id FROM member m WHERE m.group_id = in_group AND m.role <> 'member');
    UPDATE annotation a SET base_id = seal
     WHERE a.document_id = about AND a.group_id = in_group
       AND coalesce(a.base_id, a.audience_id) = members_id AND a.author_id <> ALL (leaders);
    UPDATE showing w SET base_id = seal
     WHERE w.document_id = about AND coalesce(w.base_id, w.audience_id) = members_id
       AND w.author_id <> ALL (leaders);
    -- what members have said with a reaction to what stays where it is
    WITH moved AS (
        UPDATE reaction r SET audience_id = seal
         WHERE r.document_id = about AND r.audience_id = members_id AND r.user_id <> ALL (leaders)
        RETURNING r.annotation_id
    )
    SELECT array_agg(DISTINCT a.thread_id) INTO touched
      FROM moved m JOIN annotation a ON a.document_id = about AND a.id = m.annotation_id;
    PERFORM settle_annotations(about, NULL, actor);
    IF touched IS NOT NULL THEN
        PERFORM recount_threads(about, touched);
    END IF;

    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    VALUES (about, CASE WHEN was.group_id IS NULL THEN 'reading.set' ELSE 'reading.changed' END,
            in_group, members_id, about, actor);
    IF new_count IS NOT NULL THEN
        WITH opened AS (
            INSERT INTO reveal (user_id, audience_id)
            SELECT m.user_id, seal FROM member m
             WHERE m.group_id = in_group AND m.role = 'member'
               AND own_sealed(seal, about, m.user_id) >= new_count
                ON CONFLICT ON CONSTRAINT reveal_pkey DO NOTHING
            RETURNING user_id
        )
        SELECT array_agg(o.user_id) INTO touched FROM opened o;
        PERFORM tell_opened(in_group, about, o) FROM unnest(touched) o;
    END IF;
    RETURN true;
END $$;

-- Opens a reading for all. Before it, in a statement of its own, the group is locked. Answers whether it
-- was closed.
CREATE FUNCTION reveal_reading(in_group uuid, about uuid, actor uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
BEGIN
    UPDATE reading r
       SET revealed_at = clock_timestamp(), version = r.version + 1, updated_at = clock_timestamp()
     WHERE r.group_id = in_group AND r.document_id = about AND r.revealed_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT about, 'reading.revealed', in_group, x.id, about, actor
      FROM audience x WHERE x.group_id = in_group AND x.class = 0;
    RETURN true;
END $$;

-- Opens the readings whose time has come, a few of them. Groups are locked first, in order: as whoever
-- changes a reading does it.
CREATE FUNCTION reveal_due(most integer) RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
DECLARE
    due record;
    opened integer := 0;
BEGIN
    FOR due IN
        SELECT r.group_id, r.document_id FROM reading r
         WHERE r.due_at <= now() AND r.revealed_at IS NULL
         ORDER BY r.group_id, r.document_id LIMIT most
    LOOP
        PERFORM 1 FROM groups g WHERE g.id = due.group_id FOR UPDATE;
        -- it may have been put off meanwhile
        IF EXISTS (SELECT FROM reading r
                    WHERE r.group_id = due.group_id AND r.document_id = due.document_id
                      AND r.due_at <= now())
           AND reveal_reading(due.group_id, due.document_id, NULL) THEN
            opened := opened + 1;
        END IF;
    END LOOP;
    RETURN opened;
END $$;
