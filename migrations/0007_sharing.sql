-- What is published together, what several groups are shown, and what becomes of somebody's words when
-- their account ends.

SET LOCAL search_path TO gloss;

-- -- publishing drafts -----------------------------------------------------------------------------

-- What annotations/lock.sql and annotations/lock_thread.sql hold still, for several documents: first
-- those, then the groups that read them or are named, then the threads; of each the lesser id first.
CREATE FUNCTION lock_documents(documents uuid[], named uuid[], threads uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
BEGIN
    PERFORM 1 FROM document d WHERE d.id = ANY (documents) ORDER BY d.id FOR SHARE;
    PERFORM 1 FROM groups g
      WHERE g.id IN (SELECT d.group_id FROM document d WHERE d.id = ANY (documents)
                     UNION ALL SELECT l.group_id FROM listing l WHERE l.document_id = ANY (documents)
                     UNION ALL SELECT unnest(named))
      ORDER BY g.id FOR SHARE;
    PERFORM 1 FROM annotation a
      WHERE a.document_id = ANY (documents) AND a.id = ANY (threads)
      ORDER BY a.document_id, a.id FOR NO KEY UPDATE;
END $$;

-- The audience that an annotation has in a group: its own at home, that of the showing elsewhere; null
-- where it is not shown.
CREATE FUNCTION audience_there(about uuid, annotation uuid, in_group uuid) RETURNS integer
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    RETURN (SELECT CASE WHEN a.group_id = in_group THEN a.audience_id
                   ELSE (SELECT w.audience_id FROM showing w JOIN audience x ON x.id = w.audience_id
                          WHERE w.document_id = about AND w.annotation_id = a.id
                            AND x.group_id = in_group) END
              FROM annotation a WHERE a.document_id = about AND a.id = annotation);
END $$;

-- Does this group read the document? A page elsewhere is anybody's to write about, one's own group
-- holds what one says about any, and two read what both can read in whatever group.
CREATE FUNCTION group_reads(in_group uuid, about uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM document d
                    WHERE d.id = about AND d.deleted_at IS NULL
                      AND (d.kind = 'page' OR d.group_id = in_group
                           OR EXISTS (SELECT FROM listing l
                                       WHERE l.document_id = d.id AND l.group_id = in_group)
                           OR EXISTS (SELECT FROM groups g
                                       WHERE g.id = in_group AND g.kind = 'personal')
                           OR EXISTS (SELECT FROM groups g
                                       WHERE g.id = in_group AND g.kind = 'pair')
                              AND NOT EXISTS (
                                  SELECT FROM member o CROSS JOIN LATERAL (SELECT reads_of(o.user_id)) p (reads)
                                   WHERE o.group_id = in_group AND d.owner_id <> o.user_id
                                     AND d.audience_id <> ALL (p.reads)
                                     AND NOT EXISTS (SELECT FROM listing l
                                                      WHERE l.document_id = d.id
                                                        AND l.audience_id = ANY (p.reads)))));
END $$;

-- Why these drafts of one's own cannot be published together: the place of each in the list, and a
-- word. What a draft answers must be seen by others, or be published with it.
CREATE FUNCTION drafts_unfit(writer uuid, ids uuid[]) RETURNS TABLE (place bigint, fault text)
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT q.place, q.fault FROM (
        SELECT w.place,
               CASE WHEN a.id IS NULL OR d.deleted_at IS NOT NULL THEN 'unknown'
                    WHEN NOT a.draft OR a.deleted_at IS NOT NULL THEN 'no-draft'
                    WHEN NOT group_reads(a.group_id, a.document_id) THEN 'elsewhere'
                    WHEN audience_for(a.group_id, a.document_id, writer, false) IS NULL THEN 'not-allowed'
                    WHEN p.deleted_at IS NOT NULL THEN 'parent-gone'
                    WHEN p.id IS NOT NULL AND NOT (p.draft AND p.id = ANY (ids)) AND NOT EXISTS (
                         SELECT FROM audience x WHERE x.class <> 2
                            AND x.id = audience_there(a.document_id, p.id, a.group_id))
                    THEN 'parent-private' END AS fault
          FROM unnest(ids) WITH ORDINALITY w (id, place)
          LEFT JOIN annotation a ON a.id = w.id AND a.author_id = writer
          LEFT JOIN document d ON d.id = a.document_id
          LEFT JOIN annotation p ON p.document_id = a.document_id AND p.id = a.parent_id) q
     WHERE q.fault IS NOT NULL ORDER BY q.place;
END $$;

-- Makes drafts of one's own visible together, each to the audience that new words of its author have in
-- its group now. All or none: refuses with `drafts`, and the places and words of drafts_unfit().
CREATE FUNCTION publish_drafts(writer uuid, ids uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
DECLARE
    own record;
    faults text;
    due integer;
    base integer;
    waits boolean;
    at timestamptz;
BEGIN
    PERFORM lock_documents(array_agg(a.document_id), array_agg(a.group_id), array_agg(a.thread_id))
       FROM annotation a WHERE a.id = ANY (ids) AND a.author_id = writer;
    SELECT string_agg(u.place || ' ' || u.fault, ',') INTO faults FROM drafts_unfit(writer, ids) u;
    IF faults IS NOT NULL THEN
        PERFORM refuse('drafts ' || faults);
    END IF;
    at := clock_timestamp();
    -- what is above first: what answers it is no wider
    FOR own IN SELECT a.* FROM annotation a WHERE a.id = ANY (ids) AND a.author_id = writer AND a.draft
                ORDER BY coalesce(cardinality(a.ancestors), 0), a.created_at, a.id LOOP
        due := audience_for(own.group_id, own.document_id, writer, false);
        base := base_for(own.group_id, own.document_id, writer, false);
        waits := (SELECT x.class = 1 FROM audience x WHERE x.id = due);
        IF own.parent_id IS NOT NULL THEN
            due := audience_narrower(due, audience_there(own.document_id, own.parent_id, own.group_id));
            base := audience_narrower(base, base_there(own.document_id, own.parent_id, own.group_id));
        END IF;
        UPDATE annotation a
           SET draft = false, audience_id = due, open = x.class = 0, version = a.version + 1,
               created_at = at, updated_at = at, mask_id = coalesce(a.mask_id, mask_of(a.group_id, writer)),
               moderation = CASE WHEN waits THEN 'pending' ELSE 'none' END,
               base_id = CASE WHEN waits THEN nullif(base, due) END
          FROM audience x
         WHERE a.document_id = own.document_id AND a.id = own.id AND x.id = due;
        -- its history begins with what others may see
        DELETE FROM annotation_past p
         WHERE p.document_id = own.document_id AND p.annotation_id = own.id;
        INSERT INTO event (document_id, kind, group_id, audience_id, holder_id, subject_id, actor_id, delta)
        SELECT own.document_id, e.kind, own.group_id, e.audience_id,
               CASE WHEN x.class = 0 THEN '00000000-0000-0000-0000-000000000000' ELSE writer END,
               own.id, writer, e.delta
          FROM (VALUES ('annotation.left', own.audience_id, -1), ('annotation.entered', due, 1))
                    AS e (kind, audience_id, delta)
          JOIN audience x ON x.id = e.audience_id;
    END LOOP;
    PERFORM recount_threads(q.document_id, q.threads)
       FROM (SELECT a.document_id, array_agg(DISTINCT a.thread_id) AS threads FROM annotation a
              WHERE a.id = ANY (ids) AND a.author_id = writer AND a.parent_id IS NOT NULL
              GROUP BY a.document_id) q;
END $$;

-- -- further groups --------------------------------------------------------------------------------

-- Shows an annotation of one's own in further groups too, each with the audience that new words of its
-- author have there. Where it is shown already nothing happens. A statement of its own has locked the
-- document, the groups and the thread before. Refuses with `shown`, the place of the group in the list
-- (0: the annotation itself) and a word.
CREATE FUNCTION show_annotation(about uuid, note uuid, writer uuid, pass integer[], in_groups uuid[])
    RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
DECLARE
    it annotation%ROWTYPE;
    further record;
    fault text;
    due integer;
    shown boolean := false;
BEGIN
    SELECT * INTO it FROM annotation a
     WHERE a.document_id = about AND a.id = note AND a.author_id = writer AND a.deleted_at IS NULL;
    IF it.id IS NULL THEN
        PERFORM refuse('not-found');
    END IF;
    FOR further IN SELECT w.id, w.place FROM unnest(in_groups) WITH ORDINALITY w (id, place) LOOP
        CONTINUE WHEN audience_there(about, note, further.id) IS NOT NULL;
        fault := CASE
            WHEN it.parent_id IS NOT NULL THEN '0 reply'
            WHEN EXISTS (SELECT FROM audience x WHERE x.id = it.audience_id AND x.class = 2)
                THEN '0 private'
            WHEN NOT EXISTS (SELECT FROM audience x WHERE x.group_id = further.id AND x.id = ANY (pass))
                THEN further.place || ' unknown'
            WHEN NOT group_reads(further.id, about) THEN further.place || ' elsewhere'
            -- one id under two names would tell that they are the same
            WHEN it.mask_id IS NOT NULL THEN '0 masked'
            WHEN EXISTS (SELECT FROM groups g WHERE g.id = further.id AND g.anonymous)
              OR EXISTS (SELECT FROM mask m
                          WHERE m.group_id = further.id AND m.user_id = writer AND m.worn)
                THEN further.place || ' masked'
            -- what its leaders have taken away does not come back by taking it back first
            WHEN (SELECT e.deed IN ('hide', 'deny', 'spam') FROM moderation_entry e
                   WHERE e.annotation_id = it.id AND e.group_id = further.id AND e.deed <> 'dismiss'
                   ORDER BY e.created_at DESC, e.id DESC LIMIT 1)
                THEN further.place || ' not-allowed' END;
        IF fault IS NOT NULL THEN
            PERFORM refuse('shown ' || fault);
        END IF;
        due := audience_for(further.id, about, writer, false);
        IF due IS NULL THEN
            PERFORM refuse('shown ' || further.place || ' not-allowed');
        END IF;
        INSERT INTO showing (document_id, annotation_id, audience_id, author_id, created_at, updated_at,
                             moderation, base_id)
        SELECT about, note, due, writer, it.created_at, it.updated_at,
               CASE WHEN x.class = 1 THEN 'pending' ELSE 'none' END,
               nullif(base_for(further.id, about, writer, false), due)
          FROM audience x WHERE x.id = due;
        INSERT INTO event (document_id, kind, group_id, audience_id, holder_id, subject_id, actor_id)
        SELECT about, 'annotation.shown', further.id, due,
               CASE WHEN x.class = 0 THEN '00000000-0000-0000-0000-000000000000' ELSE writer END,
               note, writer
          FROM audience x WHERE x.id = due;
        shown := true;
    END LOOP;
    IF NOT shown THEN
        RETURN;
    END IF;
    UPDATE annotation a
       SET also = (SELECT array_agg(w.audience_id ORDER BY w.audience_id) FROM showing w
                    WHERE w.document_id = about AND w.annotation_id = note)
     WHERE a.document_id = about AND a.id = note;
    -- what was answered there before, and went with it
    IF it.tally IS NOT NULL THEN
        PERFORM settle_annotations(about, ARRAY[it.thread_id], writer);
    END IF;
END $$;

-- Shows an annotation of one's own in a further group no more. What was answered there is its authors'
-- alone from then on, and comes back if it is shown again; what was reacted there goes. Locks as above.
-- False: it was not shown there. Refuses with `shown 1 home` in the group where it is at home.
CREATE FUNCTION unshow_annotation(about uuid, note uuid, writer uuid, in_group uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
DECLARE
    thread uuid;
    was integer;
BEGIN
    SELECT a.thread_id INTO thread FROM annotation a
     WHERE a.document_id = about AND a.id = note AND a.author_id = writer
       AND (a.group_id <> in_group OR refuse('shown 1 home'));
    DELETE FROM showing w USING audience x
     WHERE thread IS NOT NULL AND w.document_id = about AND w.annotation_id = note
       AND x.id = w.audience_id AND x.group_id = in_group
    RETURNING w.audience_id INTO was;
    IF was IS NULL THEN
        RETURN false;
    END IF;
    UPDATE annotation a
       SET also = (SELECT array_agg(w.audience_id ORDER BY w.audience_id) FROM showing w
                    WHERE w.document_id = about AND w.annotation_id = note)
     WHERE a.document_id = about AND a.id = note;
    INSERT INTO event (document_id, kind, group_id, audience_id, holder_id, subject_id, actor_id)
    SELECT about, 'annotation.unshown', in_group, was,
           CASE WHEN x.class = 0 THEN '00000000-0000-0000-0000-000000000000' ELSE writer END, note, writer
      FROM audience x WHERE x.id = was;
    DELETE FROM reaction r USING audience x
     WHERE r.document_id = about AND r.annotation_id = note
       AND x.id = r.audience_id AND x.group_id = in_group;
    PERFORM settle_annotations(about, ARRAY[thread], writer);
    PERFORM recount_threads(about, ARRAY[thread]);
    RETURN true;
END $$;

-- -- the end of an account -------------------------------------------------------------------------

-- May this user decide what only a text's owner does? Where that account has been erased, the owners and
-- admins of its home group stand in.
CREATE FUNCTION owns_text(about uuid, who uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM document d JOIN users o ON o.id = d.owner_id
                    WHERE d.id = about
                      AND (o.id = who
                           OR o.state = 'erased'
                              AND EXISTS (SELECT FROM member m
                                           WHERE m.group_id = d.group_id AND m.user_id = who
                                             AND m.role IN ('owner', 'admin'))));
END $$;

-- What a reader has reacted to. The condition that is always true keeps it out of all other statements.
CREATE INDEX reaction_by_user ON reaction (user_id) WHERE what > 0;
-- Those whose last words may still have been on their way when they were erased.
CREATE INDEX users_erased ON users (updated_at) WHERE state = 'erased';

-- Empties what is said by somebody: annotations with what hangs on them, reactions, flags. Where others
-- have answered an empty tombstone stays, else nothing does. Answers how many rows there were.
CREATE FUNCTION erase_words(who uuid) RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    documents uuid[];
    threads uuid[];
    groups_read uuid[];
    reactions integer;
    words integer;
BEGIN
    SELECT array_agg(q.document_id), array_agg(q.thread_id), array_agg(DISTINCT q.group_id)
      INTO documents, threads, groups_read
      FROM (SELECT a.document_id, a.group_id, a.thread_id FROM annotation a WHERE a.author_id = who
            UNION
            SELECT a.document_id, a.group_id, a.thread_id
              FROM reaction r JOIN annotation a ON a.document_id = r.document_id AND a.id = r.annotation_id
             WHERE r.user_id = who AND r.what > 0) q;
    PERFORM lock_documents(documents, groups_read, threads);

    WITH gone AS (
        DELETE FROM reaction r USING annotation a
         WHERE r.user_id = who AND r.what > 0
           AND a.document_id = r.document_id AND a.id = r.annotation_id
        RETURNING r.document_id, r.annotation_id, r.audience_id
    ), told AS (
        INSERT INTO event (document_id, kind, group_id, audience_id, holder_id, subject_id, actor_id)
        SELECT g.document_id, 'reaction.removed', x.group_id, g.audience_id,
               CASE WHEN x.class = 0 THEN '00000000-0000-0000-0000-000000000000' ELSE who END,
               g.annotation_id, who
          FROM gone g JOIN audience x ON x.id = g.audience_id
    )
    SELECT count(*) INTO reactions FROM gone g;

    WITH mine AS (
        SELECT a.document_id, a.id,
               EXISTS (SELECT FROM annotation r
                        WHERE r.document_id = a.document_id AND r.thread_id = a.thread_id
                          AND r.parent_id IS NOT NULL AND a.id = ANY (r.ancestors)
                          AND r.author_id <> who) AS stays
          FROM annotation a WHERE a.author_id = who
    ), gone AS (
        DELETE FROM annotation a USING mine m
         WHERE a.document_id = m.document_id AND a.id = m.id AND NOT m.stays
        RETURNING a.document_id, a.id, a.audience_id, a.also, a.deleted_at
    ), emptied AS (
        UPDATE annotation a
           SET body = NULL, tags = '{}', quote_exact = NULL, quote_prefix = NULL, quote_suffix = NULL,
               selectors = NULL, extra = NULL, mask_id = NULL, draft = false, moderation_note = NULL,
               -- as the server writes it for what its author deletes
               shown = format('"kind":"%s","body":null,"body_html":null,"tags":[],"quote":null,'
                              '"selectors":[]', a.kind),
               deleted_at = clock_timestamp(), updated_at = clock_timestamp(), version = a.version + 1
          FROM mine m
         WHERE a.document_id = m.document_id AND a.id = m.id AND m.stays AND a.deleted_at IS NULL
        RETURNING a.document_id, a.id, a.audience_id, a.also, a.updated_at
    ), shown_elsewhere AS (
        UPDATE showing s SET updated_at = e.updated_at, moderation_note = NULL FROM emptied e
         WHERE s.document_id = e.document_id AND s.annotation_id = e.id
    ), forgotten AS (
        DELETE FROM annotation_past p USING mine m
         WHERE p.document_id = m.document_id AND p.annotation_id = m.id AND m.stays
    ), unreacted AS (
        DELETE FROM reaction r USING emptied e
         WHERE r.document_id = e.document_id AND r.annotation_id = e.id
    ), unflagged AS (
        DELETE FROM flag f USING emptied e
         WHERE f.document_id = e.document_id AND f.annotation_id = e.id
    ), ended AS (
        SELECT g.document_id, g.id, g.audience_id, g.also FROM gone g WHERE g.deleted_at IS NULL
        UNION ALL
        SELECT e.document_id, e.id, e.audience_id, e.also FROM emptied e
    ), told AS (
        INSERT INTO event (document_id, kind, group_id, audience_id, holder_id, subject_id, actor_id, delta)
        SELECT e.document_id, 'annotation.deleted', x.group_id, x.id,
               CASE WHEN x.class = 0 THEN '00000000-0000-0000-0000-000000000000' ELSE who END, e.id, who,
               CASE WHEN x.id = e.audience_id THEN -1 ELSE 0 END
          FROM ended e JOIN audience x ON x.id = ANY (e.also || e.audience_id)
    )
    SELECT count(*) INTO words FROM ended e;
    -- tombstones of before
    UPDATE annotation a SET mask_id = NULL, moderation_note = NULL
     WHERE a.author_id = who AND (a.mask_id IS NOT NULL OR a.moderation_note IS NOT NULL);
    DELETE FROM flag f WHERE f.user_id = who;
    PERFORM recount_threads(q.document_id, q.threads)
       FROM (SELECT w.document_id, array_agg(DISTINCT w.thread_id) AS threads
               FROM unnest(documents, threads) AS w (document_id, thread_id)
               JOIN annotation a ON a.document_id = w.document_id AND a.id = w.thread_id
              GROUP BY w.document_id) q;
    RETURN reactions + words;
END $$;

-- The words of texts that are deleted for good, because their owner is: nobody can restore them.
CREATE FUNCTION forget_texts(ids uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gloss, pg_temp AS $$
BEGIN
    DELETE FROM revision_text t USING document d JOIN users u ON u.id = d.owner_id
     WHERE d.id = ANY (ids) AND d.deleted_at IS NOT NULL AND u.state = 'erased'
       AND t.document_id = d.id;
END $$;

-- Ends an account for good: it is nobody's any more, its name is free, its words are emptied, and it may
-- see nothing from the commit on. Texts that a group reads stay, and those who lead it manage them; texts
-- that only their owner read go. Groups that would have no owner go to the member of the highest role
-- who has been there longest; those without members are dissolved. `verified`: the password's hash that
-- was verified; null: nobody asked for one.
-- Refuses: not-found (no such account), stale (the password was changed meanwhile), last-admin.
CREATE FUNCTION erase_user(who uuid, verified text) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
DECLARE
    account users%ROWTYPE;
    held record;
    heir uuid;
    texts uuid[];
BEGIN
    -- of two admins at once the second sees that the first is gone
    PERFORM 1 FROM server s WHERE EXISTS (SELECT FROM users u WHERE u.id = who AND u.admin) FOR UPDATE;
    SELECT * INTO account FROM users u WHERE u.id = who AND u.state <> 'erased' FOR UPDATE;
    IF account.id IS NULL THEN
        PERFORM refuse('not-found');
    ELSIF verified <> account.password_hash THEN
        PERFORM refuse('stale');
    ELSIF account.admin AND account.state = 'active' AND NOT EXISTS (
          SELECT FROM users u WHERE u.admin AND u.state = 'active' AND u.id <> who) THEN
        PERFORM refuse('last-admin');
    END IF;

    -- as writers do it: documents, then groups, in order; those that need an owner more firmly
    PERFORM 1 FROM document d
      WHERE d.owner_id = who OR d.id IN (SELECT a.document_id FROM annotation a WHERE a.author_id = who)
      ORDER BY d.id FOR SHARE;
    FOR held IN SELECT m.group_id, m.role FROM member m WHERE m.user_id = who ORDER BY m.group_id LOOP
        IF held.role = 'owner' THEN
            PERFORM 1 FROM groups g WHERE g.id = held.group_id FOR NO KEY UPDATE;
        END IF;
    END LOOP;
    PERFORM erase_words(who);

    FOR held IN
        SELECT g.id, x.id AS audience_id
          FROM member m JOIN groups g ON g.id = m.group_id JOIN audience x ON x.group_id = g.id AND x.class = 0
         WHERE m.user_id = who AND m.role = 'owner' AND g.kind = 'group' AND g.deleted_at IS NULL
           AND NOT EXISTS (SELECT FROM member o JOIN users u ON u.id = o.user_id
                            WHERE o.group_id = g.id AND o.role = 'owner' AND o.user_id <> who
                              AND u.state = 'active')
         ORDER BY g.id
    LOOP
        SELECT o.user_id INTO heir FROM member o JOIN users u ON u.id = o.user_id
         WHERE o.group_id = held.id AND o.user_id <> who
         ORDER BY u.state <> 'active', array_position('{owner,admin,moderator,member}', o.role),
                  o.joined_at, o.user_id LIMIT 1;
        IF heir IS NULL THEN
            UPDATE groups g SET deleted_at = now(), version = g.version + 1, updated_at = now(),
                                name = '', description = NULL -- nobody else's words
             WHERE g.id = held.id;
        ELSE
            UPDATE member o SET role = 'owner' WHERE o.group_id = held.id AND o.user_id = heir;
        END IF;
        INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
        VALUES ('00000000-0000-0000-0000-000000000000',
                CASE WHEN heir IS NULL THEN 'group.deleted' ELSE 'member.role_changed' END,
                held.id, held.audience_id, coalesce(heir, held.id), who);
    END LOOP;

    -- a text of one's own group that others read finds its home with those who have read it longest
    WITH homeless AS (
        SELECT DISTINCT ON (d.id) d.id, d.group_id AS was_id, d.audience_id AS was, l.group_id, l.audience_id
          FROM document d JOIN listing l ON l.document_id = d.id
          JOIN groups g ON g.id = l.group_id AND g.deleted_at IS NULL
         WHERE d.owner_id = who AND d.group_id = account.own_group_id AND d.deleted_at IS NULL
         ORDER BY d.id, l.created_at, l.group_id
    ), moved AS (
        UPDATE document d
           SET group_id = h.group_id, audience_id = h.audience_id, version = d.version + 1,
               updated_at = clock_timestamp()
          FROM homeless h WHERE d.id = h.id
    ), unlisted AS (
        DELETE FROM listing l USING homeless h WHERE l.document_id = h.id AND l.group_id = h.group_id
    )
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT h.id, 'document.moved', h.group_id, h.audience_id, h.id, who FROM homeless h;
    -- an address that another text has there already leads to that one
    DELETE FROM document_address a USING document d
     WHERE d.owner_id = who AND a.document_id = d.id AND a.scope = account.own_group_id
       AND d.group_id <> account.own_group_id
       AND EXISTS (SELECT FROM document_address o WHERE o.scope = d.group_id AND o.uri = a.uri);
    UPDATE document_address a SET scope = d.group_id FROM document d
     WHERE d.owner_id = who AND a.document_id = d.id AND a.scope = account.own_group_id
       AND d.group_id <> account.own_group_id;
    texts := ARRAY(SELECT d.id FROM document d JOIN groups g ON g.id = d.group_id
                    WHERE d.owner_id = who
                      AND (d.group_id = account.own_group_id OR g.deleted_at IS NOT NULL));
    DELETE FROM document_address a WHERE a.document_id = ANY (texts);
    UPDATE document d
       SET title = '', language = NULL, settings = NULL, version = d.version + 1,
           deleted_at = coalesce(d.deleted_at, clock_timestamp()), updated_at = clock_timestamp()
     WHERE d.id = ANY (texts);
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT d.id, 'document.deleted', d.group_id, d.audience_id, d.id, who
      FROM document d WHERE d.id = ANY (texts);

    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'member.left', g.id, x.id, who, who
      FROM member m JOIN groups g ON g.id = m.group_id JOIN audience x ON x.group_id = g.id AND x.class = 0
     WHERE m.user_id = who AND g.kind IN ('group', 'pair') AND g.deleted_at IS NULL
     ORDER BY g.id;
    DELETE FROM member m WHERE m.user_id = who;
    DELETE FROM reveal r WHERE r.user_id = who;
    DELETE FROM join_request r WHERE r.user_id = who;
    DELETE FROM mute m
     WHERE m.user_id = who OR m.muted_id = who
        OR m.muted_id IN (SELECT k.id FROM mask k WHERE k.user_id = who);
    UPDATE mask m SET worn = false, name = 'Deleted reader ' || upper(left(md5(m.id::text), 8))
     WHERE m.user_id = who;
    DELETE FROM idempotency_key k WHERE k.user_id = who;
    DELETE FROM job j WHERE j.user_id = who;
    DELETE FROM session s WHERE s.user_id = who;
    DELETE FROM token t WHERE t.user_id = who;
    UPDATE groups g
       SET name = 'deleted reader', description = NULL, deleted_at = now(), version = g.version + 1,
           updated_at = now()
     WHERE g.id = account.own_group_id;
    UPDATE users u
       SET state = 'erased', name = 'deleted-reader-' || left(md5(gen_random_uuid()::text), 16),
           display_name = 'deleted reader', password_hash = NULL, admin = false, failed_logins = 0,
           locked_until = NULL, version = u.version + 1, updated_at = now()
     WHERE u.id = who;
    PERFORM forget_texts(texts);
    INSERT INTO event (document_id, kind, subject_id, actor_id)
    VALUES ('00000000-0000-0000-0000-000000000000', 'user.erased', who, who);
    UPDATE server s SET names = s.names + 1;
END $$;

-- Words of erased users that were still on their way when the account ended: those written in the
-- second or so in which other servers did not know yet.
CREATE FUNCTION erase_late_words() RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
BEGIN
    RETURN (SELECT sum(erase_words(u.id)) FROM users u
             WHERE u.state = 'erased' AND u.updated_at > now() - interval '10 minutes'
               AND (EXISTS (SELECT FROM annotation a WHERE a.author_id = u.id AND a.deleted_at IS NULL)
                    OR EXISTS (SELECT FROM reaction r WHERE r.user_id = u.id AND r.what > 0)));
END $$;
