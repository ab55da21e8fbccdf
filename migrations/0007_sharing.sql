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
        waits := (SELECT x.class = 1 FROM audience x WHERE x.id = due);
        IF own.parent_id IS NOT NULL THEN
            due := audience_narrower(due, audience_there(own.document_id, own.parent_id, own.group_id));
        END IF;
        UPDATE annotation a
           SET draft = false, audience_id = due, open = x.class = 0, version = a.version + 1,
               updated_at = at, mask_id = mask_of(a.group_id, writer),
               moderation = CASE WHEN waits THEN 'pending' ELSE 'none' END,
               base_id = CASE WHEN waits
                         THEN nullif(base_for(a.group_id, a.document_id, writer, false), due) END
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
                THEN further.place || ' masked' END;
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
