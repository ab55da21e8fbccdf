-- Groups as people use them: names that only one group knows, people one does not want to read, requests
-- to join, an order of texts, notes between two; moderation; independent first by several rules; texts
-- whose owner lets nobody, or only some groups, write on them.
--
-- What is hidden, waits, or is switched off moves to a narrower audience, and comes back to the one that
-- it had: the one function for that is settle_annotations().

SET LOCAL search_path TO gloss;

-- -- groups ----------------------------------------------------------------------------------------

ALTER TABLE groups
    ADD COLUMN anonymous boolean NOT NULL DEFAULT false, -- members write under masks
    ADD COLUMN leaders_see_through boolean NOT NULL DEFAULT true, -- its leaders learn who is behind one
    ADD COLUMN pair_key text,              -- of a pair: the ids of its two users, the lesser first
    ADD CONSTRAINT groups_anonymous CHECK (NOT anonymous OR access <> 'open'),
    ADD CONSTRAINT groups_pair_members CHECK ((kind = 'pair') = (pair_key IS NOT NULL));
CREATE UNIQUE INDEX groups_pair ON groups (pair_key) WHERE pair_key IS NOT NULL;

-- The name under which a user writes in one group. Words that were written under a mask stay under it,
-- whatever becomes of the member; who wears it no longer writes new ones under their own name.
CREATE TABLE mask (
    id         uuid NOT NULL,              -- v4, shown in place of the user's
    group_id   uuid NOT NULL,
    user_id    uuid NOT NULL,
    name       text NOT NULL,
    worn       boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT mask_pkey PRIMARY KEY (id),
    CONSTRAINT mask_of_member UNIQUE (group_id, user_id),
    CONSTRAINT mask_group FOREIGN KEY (group_id) REFERENCES groups,
    CONSTRAINT mask_user FOREIGN KEY (user_id) REFERENCES users,
    CONSTRAINT mask_name CHECK (char_length(name) BETWEEN 1 AND 100)
);
CREATE UNIQUE INDEX mask_name_taken ON mask (group_id, lower(name));
CREATE INDEX mask_by_user ON mask (user_id);

ALTER TABLE annotation ADD COLUMN mask_id uuid;
ALTER TABLE reaction ADD COLUMN mask_id uuid;

-- The mask under which a user writes in a group, null for their own name. Where members are hidden from
-- each other, the first words make one, with a name that says nothing.
CREATE FUNCTION mask_of(in_group uuid, writer uuid) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
DECLARE
    found uuid;
    free_name text;
BEGIN
    SELECT m.id INTO found FROM mask m WHERE m.group_id = in_group AND m.user_id = writer AND m.worn;
    IF found IS NULL AND EXISTS (SELECT FROM groups g WHERE g.id = in_group AND g.anonymous) THEN
        LOOP
            free_name := 'Reader ' || upper(left(md5(gen_random_uuid()::text), 5));
            EXIT WHEN NOT EXISTS (SELECT FROM mask m
                                   WHERE m.group_id = in_group AND lower(m.name) = lower(free_name));
        END LOOP;
        INSERT INTO mask AS m (id, group_id, user_id, name)
        VALUES (gen_random_uuid(), in_group, writer, free_name)
            ON CONFLICT ON CONSTRAINT mask_of_member DO UPDATE SET worn = true
        RETURNING m.id INTO found;
    END IF;
    RETURN found;
END $$;

-- Whom a reader does not want to read: a user by their own name, or a mask.
CREATE TABLE mute (
    user_id    uuid NOT NULL,
    muted_id   uuid NOT NULL,              -- users.id or mask.id
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT mute_pkey PRIMARY KEY (user_id, muted_id),
    CONSTRAINT mute_user FOREIGN KEY (user_id) REFERENCES users
);

CREATE FUNCTION pass_on_mute() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gloss, pg_temp AS $$
DECLARE
    concerned uuid[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        concerned := ARRAY(SELECT DISTINCT user_id FROM old_rows);
    ELSE
        concerned := ARRAY(SELECT DISTINCT user_id FROM new_rows);
    END IF;
    PERFORM 1 FROM pass WHERE user_id = ANY (concerned) ORDER BY user_id FOR UPDATE;
    UPDATE pass p
       SET muted = ARRAY(SELECT m.muted_id FROM mute m WHERE m.user_id = p.user_id ORDER BY m.muted_id)
     WHERE p.user_id = ANY (concerned);
    RETURN NULL;
END $$;
CREATE TRIGGER mute_insert_pass AFTER INSERT ON mute
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION pass_on_mute();
CREATE TRIGGER mute_delete_pass AFTER DELETE ON mute
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION pass_on_mute();

-- Somebody asks to be let in.
CREATE TABLE join_request (
    id         uuid NOT NULL,
    group_id   uuid NOT NULL,
    user_id    uuid NOT NULL,
    message    text,
    state      text NOT NULL DEFAULT 'waiting', -- waiting, accepted, declined, withdrawn
    decided_by uuid,
    reason     text,                       -- told to who asked
    created_at timestamptz NOT NULL DEFAULT now(),
    decided_at timestamptz,
    CONSTRAINT join_request_pkey PRIMARY KEY (id),
    CONSTRAINT join_request_group FOREIGN KEY (group_id) REFERENCES groups,
    CONSTRAINT join_request_user FOREIGN KEY (user_id) REFERENCES users,
    CONSTRAINT join_request_decider FOREIGN KEY (decided_by) REFERENCES users,
    CONSTRAINT join_request_state CHECK (state IN ('waiting', 'accepted', 'declined', 'withdrawn'))
);
CREATE UNIQUE INDEX join_request_waiting ON join_request (group_id, user_id) WHERE state = 'waiting';
CREATE INDEX join_request_by_group ON join_request (group_id, created_at DESC, id DESC);
CREATE INDEX join_request_by_user ON join_request (user_id);

-- The order in which a group reads its texts; those without a place come after, newest first.
CREATE TABLE text_order (
    group_id    uuid NOT NULL,
    document_id uuid NOT NULL,
    position    integer NOT NULL,
    CONSTRAINT text_order_pkey PRIMARY KEY (document_id, group_id),
    CONSTRAINT text_order_group FOREIGN KEY (group_id) REFERENCES groups,
    CONSTRAINT text_order_document FOREIGN KEY (document_id) REFERENCES document ON DELETE CASCADE
);
CREATE INDEX text_order_by_place ON text_order (group_id, position);
DROP INDEX listing_by_group;
ALTER TABLE listing DROP COLUMN position;
CREATE INDEX listing_by_group ON listing (group_id, created_at DESC);

-- -- independent first -----------------------------------------------------------------------------

-- A reading is sealed while `sealed_id` is set and `revealed_at` is not. Any of the ways below opens it:
-- for one member by a row of `reveal`, for all by `revealed_at`. None of them: the leader alone does.
ALTER TABLE reading
    DROP COLUMN rule, DROP COLUMN rule_count, DROP COLUMN rule_date,
    ADD COLUMN own_count integer,          -- for a member who has written as many of their own
    ADD COLUMN by_reader boolean NOT NULL DEFAULT false, -- for a member who says "I have read it"
    ADD COLUMN due_at timestamptz,         -- for all, at this time
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(),
    ADD CONSTRAINT reading_count CHECK (own_count BETWEEN 1 AND 1000);
CREATE INDEX reading_due ON reading (due_at) WHERE due_at IS NOT NULL AND revealed_at IS NULL;

-- -- texts whose owner decides who writes on them --------------------------------------------------

ALTER TABLE document
    ADD COLUMN annotating text NOT NULL DEFAULT 'all', -- by all who read it, by the groups of
                                                       -- document_writer, by none
    ADD CONSTRAINT document_annotating CHECK (annotating IN ('all', 'groups', 'none'));
CREATE TABLE document_writer (
    document_id uuid NOT NULL,
    group_id    uuid NOT NULL,
    CONSTRAINT document_writer_pkey PRIMARY KEY (document_id, group_id),
    CONSTRAINT document_writer_document FOREIGN KEY (document_id) REFERENCES document ON DELETE CASCADE,
    CONSTRAINT document_writer_group FOREIGN KEY (group_id) REFERENCES groups
);
CREATE INDEX document_writer_by_group ON document_writer (group_id);

-- 4 off: of a group and a text whose owner does not let the group write on it. In nobody's pass.
ALTER TABLE audience
    DROP CONSTRAINT audience_class, DROP CONSTRAINT audience_sealed,
    ADD CONSTRAINT audience_class CHECK (class BETWEEN 0 AND 4),
    ADD CONSTRAINT audience_of_document CHECK ((class IN (3, 4)) = (document_id IS NOT NULL));

-- -- moderation ------------------------------------------------------------------------------------

ALTER TABLE annotation
    ADD COLUMN base_id integer,            -- the audience it comes back to; null: the one it has
    ADD COLUMN moderation_note text;       -- why, for its author and the leaders
ALTER TABLE showing
    ADD COLUMN base_id integer,
    ADD COLUMN moderation text NOT NULL DEFAULT 'none',
    ADD CONSTRAINT showing_moderation CHECK (
        moderation IN ('none', 'approved', 'pending', 'hidden', 'denied', 'spam'));
CREATE INDEX annotation_pending ON annotation (audience_id, created_at DESC, id DESC)
    WHERE moderation IN ('pending', 'hidden', 'denied', 'spam');
-- What a reader has muted is subtracted from counts. The condition that is always true keeps it out of
-- all other statements.
CREATE INDEX annotation_by_document_author ON annotation (document_id, author_id)
    WHERE version > 0 AND deleted_at IS NULL;

-- A reader tells the leaders of a group of something that should not be there.
CREATE TABLE flag (
    document_id   uuid NOT NULL,
    annotation_id uuid NOT NULL,
    user_id       uuid NOT NULL,
    group_id      uuid NOT NULL,           -- through which they read it; its leaders hear of it
    reason        text NOT NULL,
    note          text,
    created_at    timestamptz NOT NULL DEFAULT now(),
    settled_at    timestamptz,
    settled_by    uuid,
    CONSTRAINT flag_pkey PRIMARY KEY (document_id, annotation_id, user_id),
    CONSTRAINT flag_annotation FOREIGN KEY (document_id, annotation_id)
        REFERENCES annotation ON DELETE CASCADE,
    CONSTRAINT flag_reason CHECK (reason IN ('spam', 'abuse', 'off_topic', 'spoiler', 'other'))
);
CREATE INDEX flag_waiting ON flag (group_id, created_at DESC, annotation_id DESC, user_id DESC)
    WHERE settled_at IS NULL;
CREATE INDEX flag_by_user ON flag (user_id);

-- What leaders have done to annotations, and why. Stays when the annotation is gone.
CREATE TABLE moderation_entry (
    id            uuid NOT NULL,
    group_id      uuid NOT NULL,
    document_id   uuid NOT NULL,
    annotation_id uuid NOT NULL,
    author_id     uuid NOT NULL,
    mask_id       uuid,                    -- under which it was written
    actor_id      uuid NOT NULL,
    deed          text NOT NULL,           -- approve, deny, spam, hide, unhide, dismiss (its flags)
    note          text,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT moderation_entry_pkey PRIMARY KEY (id),
    CONSTRAINT moderation_entry_group FOREIGN KEY (group_id) REFERENCES groups,
    CONSTRAINT moderation_entry_deed CHECK (
        deed IN ('approve', 'deny', 'spam', 'hide', 'unhide', 'dismiss'))
);
CREATE INDEX moderation_entry_by_group ON moderation_entry (group_id, created_at DESC, id DESC);
CREATE INDEX moderation_entry_by_annotation ON moderation_entry (annotation_id, group_id);

-- -- the rule --------------------------------------------------------------------------------------

-- As before, and what was sealed in a group that others read is theirs too once it is revealed.
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
                        ELSE false END
                  ORDER BY x.id);
END $$;

-- May the group write on this text, as far as its owner has a say? One's own group always may.
CREATE FUNCTION annotating_allows(about uuid, in_group uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
DECLARE
    who text;
BEGIN
    SELECT d.annotating INTO who FROM document d WHERE d.id = about;
    RETURN who = 'all'
        OR who = 'groups' AND EXISTS (SELECT FROM document_writer w
                                       WHERE w.document_id = about AND w.group_id = in_group)
        OR EXISTS (SELECT FROM groups g WHERE g.id = in_group AND g.kind = 'personal');
END $$;

-- The audience of what this user writes in this group about this document if no leader has to look at
-- it first, null if they may not write there. The one place for the rule; a statement of its own has
-- locked the document's and the group's row before, so that a change of the rule is either seen here or
-- moves what is written here.
CREATE FUNCTION base_for(in_group uuid, about uuid, writer uuid, private boolean)
    RETURNS integer LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
DECLARE
    leads boolean;
    may_write boolean;
    sealed integer;
BEGIN
    SELECT role <> 'member' INTO leads FROM member WHERE group_id = in_group AND user_id = writer;
    SELECT leads IS NOT NULL OR g.access = 'open' INTO may_write
      FROM groups g WHERE g.id = in_group AND g.deleted_at IS NULL
       -- who they are may have been looked up a second ago
       AND EXISTS (SELECT FROM users u WHERE u.id = writer AND u.state = 'active');
    IF NOT coalesce(may_write, false) OR NOT private AND NOT annotating_allows(about, in_group) THEN
        RETURN NULL;
    END IF;
    IF NOT private AND NOT coalesce(leads, false) THEN
        SELECT sealed_id INTO sealed FROM reading
         WHERE group_id = in_group AND document_id = about AND revealed_at IS NULL;
        IF sealed IS NOT NULL THEN
            RETURN sealed;
        END IF;
    END IF;
    RETURN (SELECT id FROM audience
             WHERE group_id = in_group AND class = CASE WHEN private THEN 2 ELSE 0 END);
END $$;

-- The same where a leader may have to look at it first: then it is the leaders' audience, and base_for()
-- is what it gets when it is approved.
CREATE OR REPLACE FUNCTION audience_for(in_group uuid, about uuid, writer uuid, private boolean)
    RETURNS integer LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
DECLARE
    base integer := base_for(in_group, about, writer, private);
BEGIN
    IF base IS NOT NULL AND NOT private
       AND EXISTS (SELECT FROM groups WHERE id = in_group AND premoderated)
       AND NOT EXISTS (SELECT FROM member
                        WHERE group_id = in_group AND user_id = writer AND role <> 'member') THEN
        RETURN (SELECT id FROM audience WHERE group_id = in_group AND class = 1);
    END IF;
    RETURN base;
END $$;

-- The narrower of two audiences of one group: members, sealed, leaders, off, author, from wide to narrow.
CREATE OR REPLACE FUNCTION audience_narrower(a integer, b integer) RETURNS integer
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    IF a = b THEN
        RETURN a;
    END IF;
    RETURN (SELECT id FROM audience WHERE id IN (a, b)
             ORDER BY array_position('{2,4,1,3,0}'::smallint[], class) LIMIT 1);
END $$;

-- The audience of class 4 of this group and document, made if need be.
CREATE FUNCTION audience_off(in_group uuid, about uuid) RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
DECLARE
    found integer;
BEGIN
    SELECT id INTO found FROM audience WHERE group_id = in_group AND document_id = about AND class = 4;
    IF found IS NULL THEN
        INSERT INTO audience (group_id, class, document_id) VALUES (in_group, 4, about)
            ON CONFLICT ON CONSTRAINT audience_one_of_each DO NOTHING;
        SELECT id INTO found FROM audience WHERE group_id = in_group AND document_id = about AND class = 4;
    END IF;
    RETURN found;
END $$;

-- -- moving annotations ----------------------------------------------------------------------------

-- The annotations of some threads of a document, of all when null: what settling and counting need of
-- them. `base` is the audience that one has by itself.
CREATE FUNCTION annotations_of_threads(about uuid, threads uuid[])
    RETURNS TABLE (id uuid, thread_id uuid, parent_id uuid, group_id uuid, audience_id integer, base integer,
                   moderation text)
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    IF threads IS NULL THEN
        RETURN QUERY
        SELECT a.id, a.thread_id, a.parent_id, a.group_id, a.audience_id,
               coalesce(a.base_id, a.audience_id), a.moderation
          FROM annotation a WHERE a.document_id = about;
        RETURN;
    END IF;
    RETURN QUERY
    SELECT a.id, a.thread_id, a.parent_id, a.group_id, a.audience_id,
           coalesce(a.base_id, a.audience_id), a.moderation
      FROM annotation a WHERE a.document_id = about AND a.id = ANY (threads)
    UNION ALL
    SELECT a.id, a.thread_id, a.parent_id, a.group_id, a.audience_id,
           coalesce(a.base_id, a.audience_id), a.moderation
      FROM annotation a
     WHERE a.document_id = about AND a.thread_id = ANY (threads) AND a.parent_id IS NOT NULL;
END $$;

-- Counts the live replies and the reactions of threads anew, for each annotation of them and each
-- audience.
-- Planned for the threads that there are: a plan for any number walks all of them for each.
CREATE FUNCTION recount_threads(about uuid, threads uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    WITH of_them AS MATERIALIZED (
        SELECT a.id FROM annotations_of_threads(about, threads) a
    ), counted AS (
        SELECT up.id, r.audience_id, 0 AS what, count(*)::integer AS n
          FROM annotation r CROSS JOIN LATERAL unnest(r.ancestors) AS up (id)
         WHERE r.document_id = about AND r.thread_id = ANY (threads) AND r.parent_id IS NOT NULL
           AND r.deleted_at IS NULL
         GROUP BY 1, 2
        UNION ALL
        SELECT c.annotation_id, c.audience_id, c.what::integer, count(*)::integer
          FROM of_them a JOIN reaction c ON c.document_id = about AND c.annotation_id = a.id
         GROUP BY 1, 2, 3
    ), written AS (
        SELECT c.id, array_agg(v.v ORDER BY c.what, c.audience_id, v.i) AS tally
          FROM counted c
         CROSS JOIN LATERAL unnest(ARRAY[c.audience_id, c.what, c.n]) WITH ORDINALITY v (v, i)
         GROUP BY c.id
    )
    UPDATE annotation a SET tally = n.tally
      FROM (SELECT x.id, w.tally FROM of_them x LEFT JOIN written w ON w.id = x.id) n
     WHERE a.document_id = about AND a.id = n.id AND a.tally IS DISTINCT FROM n.tally;
END $$;

-- Puts every annotation of these threads (of the whole document when null) where it belongs: the
-- narrowest of the audience it had by itself (base_id, else the one it has), the leaders' while it
-- waits or is hidden, the one of class 4 while the text's owner does not let its group write, and that
-- of its parent. Whoever changes base_id, moderation or the switch calls it afterwards, in the same
-- transaction, having locked the document (annotations/lock.sql) and, for some threads, those
-- (annotations/lock_thread.sql). Writes the events, counts anew. Answers how many annotations moved.
CREATE FUNCTION settle_annotations(about uuid, threads uuid[], actor uuid) RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
DECLARE
    reshown uuid[];
    moved uuid[];
    touched uuid[];
BEGIN
    -- in a statement before: one does not see what it makes itself
    PERFORM audience_off(g.group_id, about)
       FROM (SELECT a.group_id FROM annotations_of_threads(about, threads) a
             UNION
             SELECT x.group_id FROM annotations_of_threads(about, threads) a
               JOIN showing w ON w.document_id = about AND w.annotation_id = a.id
               JOIN audience x ON x.id = w.audience_id) g
      WHERE NOT annotating_allows(about, g.group_id);

    -- showings first: replies in a further group hang on them
    WITH own AS MATERIALIZED (
        SELECT w.annotation_id, w.author_id, w.audience_id AS was, coalesce(w.base_id, w.audience_id) AS base,
               x.group_id, w.moderation
          FROM annotations_of_threads(about, threads) a
          JOIN showing w ON w.document_id = about AND w.annotation_id = a.id
          JOIN audience x ON x.id = w.audience_id
    ), place AS MATERIALIZED (
        SELECT g.group_id, x.id AS leaders,
               CASE WHEN NOT annotating_allows(about, g.group_id) THEN audience_off(g.group_id, about) END AS off
          FROM (SELECT DISTINCT o.group_id FROM own o) g
          JOIN audience x ON x.group_id = g.group_id AND x.class = 1
    ), due AS MATERIALIZED (
        SELECT o.*, audience_narrower(o.base, audience_narrower(
                   CASE WHEN o.moderation IN ('none', 'approved') THEN o.base ELSE p.leaders END,
                   coalesce(p.off, o.base))) AS due
          FROM own o JOIN place p ON p.group_id = o.group_id
    ), changed AS (
        UPDATE showing w SET audience_id = d.due, base_id = nullif(d.base, d.due)
          FROM due d
         WHERE w.document_id = about AND w.annotation_id = d.annotation_id AND w.audience_id = d.was
           AND d.due <> d.was
        RETURNING w.annotation_id, w.author_id, d.group_id, d.was, d.due
    ), told AS (
        -- nothing is counted there: it is counted at home
        INSERT INTO event (document_id, kind, group_id, audience_id, holder_id, subject_id, actor_id)
        SELECT about, e.kind, c.group_id, e.audience_id,
               CASE WHEN x.class = 0 THEN '00000000-0000-0000-0000-000000000000' ELSE c.author_id END,
               c.annotation_id, actor
          FROM changed c
         CROSS JOIN LATERAL (VALUES ('annotation.unshown', c.was), ('annotation.shown', c.due))
                            AS e (kind, audience_id)
          JOIN audience x ON x.id = e.audience_id
    )
    SELECT array_agg(c.annotation_id) INTO reshown FROM changed c;
    -- who is in the group no more reacted as a member, here and below
    UPDATE reaction r
       SET audience_id = audience_narrower(coalesce(
               base_for(x.group_id, about, r.user_id, false),
               (SELECT d.sealed_id FROM reading d WHERE d.group_id = x.group_id
                   AND d.document_id = about AND d.revealed_at IS NULL),
               w.audience_id), w.audience_id)
      FROM showing w JOIN audience x ON x.id = w.audience_id JOIN audience y ON y.group_id = x.group_id
     WHERE w.document_id = about AND w.annotation_id = ANY (reshown)
       AND r.document_id = about AND r.annotation_id = w.annotation_id AND r.audience_id = y.id;
    UPDATE annotation a SET also = n.also
      FROM (SELECT t.id, array_agg(w.audience_id ORDER BY w.audience_id) AS also
              FROM annotations_of_threads(about, threads) t
              JOIN showing w ON w.document_id = about AND w.annotation_id = t.id
             GROUP BY t.id) n
     WHERE a.document_id = about AND a.id = n.id AND a.also IS NOT NULL AND a.also IS DISTINCT FROM n.also;

    WITH RECURSIVE all_of_them AS MATERIALIZED (
        SELECT * FROM annotations_of_threads(about, threads)
    ), place AS MATERIALIZED (
        SELECT g.group_id, x.id AS leaders,
               CASE WHEN NOT annotating_allows(about, g.group_id) THEN audience_off(g.group_id, about) END AS off
          FROM (SELECT DISTINCT o.group_id FROM all_of_them o) g
          JOIN audience x ON x.group_id = g.group_id AND x.class = 1
    ), own AS MATERIALIZED (
        SELECT a.id, a.parent_id, a.group_id, a.base, a.audience_id AS was,
               audience_narrower(a.base, audience_narrower(
                   CASE WHEN a.moderation IN ('none', 'approved') THEN a.base ELSE p.leaders END,
                   coalesce(p.off, a.base))) AS due
          FROM all_of_them a JOIN place p ON p.group_id = a.group_id
    ), down AS (
        SELECT o.id, o.group_id, o.base, o.was, o.due FROM own o WHERE o.parent_id IS NULL
        UNION ALL
        SELECT c.id, c.group_id, c.base, c.was, audience_narrower(c.due,
                   CASE WHEN c.group_id = p.group_id THEN p.due
                        ELSE coalesce(
                            (SELECT w.audience_id FROM showing w JOIN audience x ON x.id = w.audience_id
                              WHERE w.document_id = about AND w.annotation_id = p.id
                                AND x.group_id = c.group_id),
                            (SELECT x.id FROM audience x WHERE x.group_id = c.group_id AND x.class = 2))
                        END)
          FROM down p JOIN own c ON c.parent_id = p.id
    ), changed AS (
        UPDATE annotation a
           SET audience_id = d.due, base_id = nullif(d.base, d.due), open = x.class = 0
          FROM down d JOIN audience x ON x.id = d.due JOIN audience y ON y.id = d.was
         WHERE a.document_id = about AND a.id = d.id AND d.due <> d.was
        RETURNING a.id, a.group_id, a.author_id, a.audience_id, a.open, a.thread_id, a.deleted_at, d.was,
                  y.class = 0 AS was_open
    ), told AS (
        -- there may be very many: their places are counted on from the first
        INSERT INTO event (document_id, ordinal, kind, group_id, audience_id, holder_id, subject_id, actor_id,
            delta)
        SELECT about, (SELECT event_ordinal()) + (row_number() OVER ())::integer - 1, e.kind, c.group_id,
               e.audience_id,
               CASE WHEN e.open THEN '00000000-0000-0000-0000-000000000000' ELSE c.author_id END,
               c.id, actor, e.delta
          FROM changed c
         CROSS JOIN LATERAL (VALUES ('annotation.left', c.was, c.was_open, -1),
                                    ('annotation.entered', c.audience_id, c.open, 1))
                            AS e (kind, audience_id, open, delta)
         WHERE c.deleted_at IS NULL
    )
    SELECT array_agg(c.id), array_agg(DISTINCT c.thread_id) INTO moved, touched FROM changed c;
    IF moved IS NULL AND reshown IS NULL THEN
        RETURN 0;
    END IF;
    touched := ARRAY(SELECT unnest(touched) UNION
                     SELECT a.thread_id FROM annotation a
                      WHERE a.document_id = about AND a.id = ANY (reshown));
    UPDATE reaction r
       SET audience_id = audience_narrower(coalesce(
               base_for(a.group_id, about, r.user_id, false),
               (SELECT d.sealed_id FROM reading d WHERE d.group_id = a.group_id
                   AND d.document_id = about AND d.revealed_at IS NULL),
               a.audience_id), a.audience_id)
      FROM annotation a, audience x
     WHERE a.document_id = about AND a.id = ANY (moved)
       AND r.document_id = about AND r.annotation_id = a.id
       AND x.id = r.audience_id AND x.group_id = a.group_id;
    PERFORM recount_threads(about, touched);
    RETURN coalesce(cardinality(moved), 0);
END $$;

-- -- rights ----------------------------------------------------------------------------------------

-- As before, for all tables and functions that there are: a new table may be written but for those
-- named, a new function called unless it is a trigger's or runs with its owner's rights.
CREATE OR REPLACE FUNCTION grant_rights(server_role name) RETURNS void
    LANGUAGE plpgsql SET search_path = gloss, pg_temp AS $$
DECLARE
    t record;
BEGIN
    EXECUTE 'REVOKE ALL ON ALL TABLES IN SCHEMA gloss FROM PUBLIC';
    EXECUTE 'REVOKE ALL ON ALL FUNCTIONS IN SCHEMA gloss FROM PUBLIC';
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
                WHEN 'moderation_entry' THEN 'SELECT, INSERT'
                WHEN 'server' THEN 'SELECT, UPDATE'
                WHEN 'fold' THEN 'SELECT, UPDATE'
                WHEN 'groups' THEN 'SELECT, INSERT, UPDATE'
                WHEN 'users' THEN 'SELECT, INSERT, UPDATE'
                WHEN 'document' THEN 'SELECT, INSERT, UPDATE'
                ELSE 'SELECT, INSERT, UPDATE, DELETE'
            END, t.relname, server_role);
    END LOOP;
    FOR t IN SELECT p.oid::regprocedure AS what FROM pg_proc p
              WHERE p.pronamespace = 'gloss'::regnamespace AND p.prorettype <> 'trigger'::regtype
                AND (NOT p.prosecdef OR p.proname IN ('settle_restored', 'forget_texts'))
                AND p.proname <> 'grant_rights'
                AND p.proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user) LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', t.what, server_role);
    END LOOP;
END $$;
