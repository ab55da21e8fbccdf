-- A leader's answer to what somebody has written apart. It belongs where that does, in the sealed audience,
-- which its author does not read before the reveal: until then it lies between the two.
--
-- 5 between: the leaders of a group and one member, for whom it is. What is answered there is as narrow, so
-- nobody but they can be below it; when the reading is revealed to all it goes to the sealed audience.

SET LOCAL search_path TO gloss;

ALTER TABLE audience
    ADD COLUMN for_id uuid,                -- the member, of class 5
    DROP CONSTRAINT audience_class,
    DROP CONSTRAINT audience_one_of_each,
    ADD CONSTRAINT audience_class CHECK (class BETWEEN 0 AND 5),
    ADD CONSTRAINT audience_between CHECK ((class = 5) = (for_id IS NOT NULL)),
    ADD CONSTRAINT audience_one_of_each UNIQUE NULLS NOT DISTINCT (group_id, class, document_id, for_id);

-- As before, and what lies between the leaders and one member.
CREATE OR REPLACE FUNCTION pass_of(reader uuid) RETURNS integer[]
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    IF reader IN ('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff') THEN
        RETURN ARRAY(SELECT x.id FROM groups g JOIN audience x ON x.group_id = g.id
                      WHERE g.access <> 'private' AND g.deleted_at IS NULL
                        AND (reader <> '00000000-0000-0000-0000-000000000000'
                             OR (SELECT s.public FROM server s))
                        AND (x.class = 0 OR x.class = 3 AND EXISTS (
                             SELECT FROM reading r WHERE r.sealed_id = x.id AND r.revealed_at IS NOT NULL))
                      ORDER BY x.id);
    END IF;
    RETURN ARRAY(SELECT x.id
                   FROM users u
                   JOIN member m ON m.user_id = u.id
                   JOIN groups g ON g.id = m.group_id
                   JOIN audience x ON x.group_id = m.group_id
                  WHERE u.id = reader AND u.state = 'active' AND g.deleted_at IS NULL
                    AND CASE x.class
                        WHEN 0 THEN true
                        WHEN 1 THEN m.role <> 'member'
                        WHEN 3 THEN m.role <> 'member'
                          OR EXISTS (SELECT FROM reveal r
                                      WHERE r.user_id = reader AND r.audience_id = x.id)
                          OR EXISTS (SELECT FROM reading r
                                      WHERE r.sealed_id = x.id AND r.revealed_at IS NOT NULL)
                        WHEN 5 THEN m.role <> 'member' OR x.for_id = reader
                        ELSE false END
                  ORDER BY x.id);
END $$;

-- The narrower of two audiences of one group: members, sealed, between, leaders, off, author, from wide to
-- narrow.
CREATE OR REPLACE FUNCTION audience_narrower(a integer, b integer) RETURNS integer
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    IF a = b THEN
        RETURN a;
    END IF;
    RETURN (SELECT id FROM audience WHERE id IN (a, b)
             ORDER BY array_position('{2,4,1,5,3,0}'::smallint[], class) LIMIT 1);
END $$;

-- For a class-5 audience those are concerned who read it: in however large a group, few.
CREATE OR REPLACE FUNCTION pass_on_audience() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gloss, pg_temp AS $$
DECLARE
    concerned uuid[] := ARRAY(SELECT DISTINCT n.group_id FROM new_rows n JOIN groups g ON g.id = n.group_id
                               WHERE n.class NOT IN (4, 5)
                                 AND (g.access <> 'private'
                                      OR EXISTS (SELECT 1 FROM member m WHERE m.group_id = n.group_id)));
    between uuid[] := ARRAY(SELECT DISTINCT n.group_id FROM new_rows n WHERE n.class = 5);
BEGIN
    IF concerned <> '{}' THEN
        PERFORM passes_renew_of_groups(concerned);
    END IF;
    IF between <> '{}' THEN
        -- prepare_answer() has locked the group: who begins to lead just now is seen here, or sees it
        PERFORM passes_renew(ARRAY(SELECT m.user_id FROM member m
                                    WHERE m.group_id = ANY (between)
                                      AND (m.role <> 'member'
                                           OR m.user_id IN (SELECT n.for_id FROM new_rows n))));
    END IF;
    RETURN NULL;
END $$;

-- Whose note this is, where an answer of this writer to it lies between the two: a leader's, to what a
-- member has written apart, who does not read what others have; who sees all that is above it. Else null.
CREATE FUNCTION answered_apart(about uuid, note uuid, in_group uuid, writer uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
DECLARE
    it annotation%ROWTYPE;
    seal integer := audience_there(about, note, in_group);
    reads integer[];
BEGIN
    IF NOT EXISTS (SELECT FROM audience x WHERE x.id = seal AND x.class = 3)
       OR NOT EXISTS (SELECT FROM member m WHERE m.group_id = in_group AND m.user_id = writer
                                             AND m.role <> 'member') THEN
        RETURN NULL;
    END IF;
    SELECT * INTO it FROM annotation a WHERE a.document_id = about AND a.id = note;
    reads := reads_of(it.author_id);
    IF seal = ANY (reads)
       OR NOT EXISTS (SELECT FROM member m WHERE m.group_id = in_group AND m.user_id = it.author_id)
       OR EXISTS (SELECT FROM unnest(it.ancestors) AS up (id) JOIN annotation a ON a.id = up.id
                   WHERE a.document_id = about AND a.author_id <> it.author_id
                     AND NOT coalesce(audience_there(about, a.id, in_group) = ANY (reads), false)) THEN
        RETURN NULL;
    END IF;
    RETURN it.author_id;
END $$;

-- The audience that an answer has by itself, where the writer's own words have `own`: that between the
-- leaders and the author of what is answered, where it is for them.
CREATE FUNCTION answer_audience(about uuid, note uuid, in_group uuid, writer uuid, own integer)
    RETURNS integer LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM audience x WHERE x.id = own AND x.class = 0) THEN
        RETURN own;
    END IF;
    RETURN coalesce((SELECT x.id FROM audience x
                      WHERE x.group_id = in_group
                        AND x.for_id = answered_apart(about, note, in_group, writer)), own);
END $$;

-- Makes the audience that an answer will need, if there is none. The first call of its batch: locks as
-- annotations/lock.sql does, but the group whose leaders' passes change more firmly.
CREATE FUNCTION prepare_answer(about uuid, note uuid, in_group uuid, writer uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
DECLARE
    member_id uuid := answered_apart(about, note, in_group, writer);
    held record;
BEGIN
    IF member_id IS NULL OR EXISTS (SELECT FROM audience x WHERE x.group_id = in_group
                                                             AND x.for_id = member_id) THEN
        RETURN false;
    END IF;
    PERFORM 1 FROM document d WHERE d.id = about FOR SHARE;
    FOR held IN SELECT d.group_id AS id FROM document d WHERE d.id = about
                 UNION SELECT l.group_id FROM listing l WHERE l.document_id = about
                 UNION SELECT in_group ORDER BY 1 LOOP
        IF held.id = in_group THEN
            PERFORM 1 FROM groups g WHERE g.id = held.id FOR UPDATE;
        ELSE
            PERFORM 1 FROM groups g WHERE g.id = held.id FOR SHARE;
        END IF;
    END LOOP;
    INSERT INTO audience (group_id, class, for_id) VALUES (in_group, 5, member_id)
        ON CONFLICT ON CONSTRAINT audience_one_of_each DO NOTHING;
    RETURN true;
END $$;

-- Makes drafts of one's own visible together, as before, with answers where they belong.
CREATE OR REPLACE FUNCTION publish_drafts(writer uuid, ids uuid[]) RETURNS void
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
            due := answer_audience(own.document_id, own.parent_id, own.group_id, writer, due);
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

-- As before; and what leaders answered before, between them and single members, is then as open as what it
-- answers. A statement of its own has locked the document and then the group.
CREATE OR REPLACE FUNCTION reveal_reading(in_group uuid, about uuid, actor uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
DECLARE
    seal integer;
    touched uuid[];
BEGIN
    UPDATE reading r
       SET revealed_at = clock_timestamp(), version = r.version + 1, updated_at = clock_timestamp()
     WHERE r.group_id = in_group AND r.document_id = about AND r.revealed_at IS NULL
    RETURNING r.sealed_id INTO seal;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    WITH opened AS (
        UPDATE annotation a SET base_id = seal
          FROM audience x
         WHERE a.document_id = about AND a.group_id = in_group AND a.parent_id IS NOT NULL
           AND x.id = coalesce(a.base_id, a.audience_id) AND x.class = 5
        RETURNING a.thread_id
    )
    SELECT array_agg(DISTINCT o.thread_id) INTO touched FROM opened o;
    IF touched IS NOT NULL THEN
        PERFORM settle_annotations(about, touched, actor);
    END IF;
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT about, 'reading.revealed', in_group, x.id, about, actor
      FROM audience x WHERE x.group_id = in_group AND x.class = 0;
    RETURN true;
END $$;

-- Opens the readings whose time has come, a few of them. Documents are locked first, then groups, each in
-- order: as whoever changes a reading does it.
CREATE OR REPLACE FUNCTION reveal_due(most integer) RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
DECLARE
    due record;
    groups_due uuid[];
    documents_due uuid[];
    opened integer := 0;
BEGIN
    SELECT array_agg(q.group_id), array_agg(q.document_id) INTO groups_due, documents_due
      FROM (SELECT r.group_id, r.document_id FROM reading r
             WHERE r.due_at <= now() AND r.revealed_at IS NULL
             ORDER BY r.group_id, r.document_id LIMIT most) q;
    PERFORM 1 FROM document d WHERE d.id = ANY (documents_due) ORDER BY d.id FOR NO KEY UPDATE;
    PERFORM 1 FROM groups g WHERE g.id = ANY (groups_due) ORDER BY g.id FOR UPDATE;
    FOR due IN
        SELECT w.group_id, w.document_id
          FROM unnest(groups_due, documents_due) AS w (group_id, document_id)
    LOOP
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
