-- Annotations: what readers say about a document, where it stands, and who may see it.

SET LOCAL search_path TO gloss;

-- An annotation, a reply, or the tombstone of one that had replies.
--
-- Who sees it: its author, and whoever has `audience_id` or one of `also` in their pass. Nothing else.
-- `shown` is what answers are made of: members of a JSON object written once at each change, with
-- nothing in it that changes by itself. Rows stay out of TOAST as far as they can.
CREATE TABLE annotation (
    document_id  uuid NOT NULL,
    id           uuid NOT NULL,
    group_id     uuid NOT NULL,            -- home; no edit changes it
    author_id    uuid NOT NULL,
    audience_id  integer NOT NULL,         -- one of the home group's
    also         integer[],                -- audiences of the showings
    open         boolean NOT NULL,         -- audience_id is of class 0
    thread_id    uuid NOT NULL,            -- the first of its thread; itself where it has no parent
    parent_id    uuid,
    ancestors    uuid[],                   -- of a reply: from the first of the thread to the parent
    kind         text NOT NULL,
    status       text NOT NULL DEFAULT 'open',
    moderation   text NOT NULL DEFAULT 'none', -- all but none and approved: the leaders' audience
    draft        boolean NOT NULL DEFAULT false,
    deleted_at   timestamptz,              -- a tombstone: says nothing any more
    version      integer NOT NULL DEFAULT 1,
    revision_id  uuid,                     -- that it was written against; null on a page elsewhere
    body         text,                     -- Markdown as written; null in a highlight and a tombstone
    tags         text[] NOT NULL DEFAULT '{}',
    quote_exact  text,                     -- null: the whole document, or a reply
    quote_prefix text,
    quote_suffix text,
    selectors    json,                     -- W3C selectors, as sent (json keeps numbers and order)
    extra        json,                     -- properties of other dialects that have no column
    shown        text NOT NULL,            -- JSON members kind, body, body_html, tags, quote, selectors
    renderer     smallint NOT NULL,        -- version of what made `shown`
    tally        integer[],                -- (audience, what, n) one after the other: what 0 is live
                                           -- replies below it, 1 to 5 are reactions; null: none yet
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    CONSTRAINT annotation_document FOREIGN KEY (document_id) REFERENCES document,
    CONSTRAINT annotation_kind CHECK (
        kind IN ('highlight', 'comment', 'question', 'claim', 'objection', 'suggestion')),
    CONSTRAINT annotation_status CHECK (status IN ('open', 'settled', 'withdrawn')),
    CONSTRAINT annotation_moderation CHECK (
        moderation IN ('none', 'approved', 'pending', 'hidden', 'denied', 'spam')),
    CONSTRAINT annotation_thread CHECK (
        CASE WHEN parent_id IS NULL THEN thread_id = id AND ancestors IS NULL
             ELSE coalesce(ancestors[1] = thread_id AND ancestors[cardinality(ancestors)] = parent_id,
                           false) END),
    CONSTRAINT annotation_tally CHECK (cardinality(tally) % 3 = 0),
    CONSTRAINT annotation_version CHECK (version > 0)
) WITH (toast_tuple_target = 8160, fillfactor = 90);
-- Each list has an index of its own: every branch of a list statement walks one, in order, and stops.
-- `version > 0` is always true: it keeps the indexes of lists everywhere away from statements about one
-- document, which do not say it; else the planner, expecting few rows, takes one for the other.
CREATE INDEX annotation_list ON annotation (document_id, audience_id, created_at DESC, id DESC);
CREATE INDEX annotation_list_updated ON annotation (document_id, audience_id, updated_at DESC, id DESC);
CREATE INDEX annotation_own ON annotation (document_id, author_id, created_at DESC, id DESC) WHERE NOT open;
CREATE INDEX annotation_own_updated ON annotation (document_id, author_id, updated_at DESC, id DESC)
    WHERE NOT open;
CREATE INDEX annotation_everywhere ON annotation (audience_id, created_at DESC, id DESC)
    WHERE version > 0;
CREATE INDEX annotation_everywhere_updated ON annotation (audience_id, updated_at DESC, id DESC)
    WHERE version > 0;
CREATE INDEX annotation_own_everywhere ON annotation (author_id, created_at DESC, id DESC)
    WHERE NOT open AND version > 0;
CREATE INDEX annotation_own_everywhere_updated ON annotation (author_id, updated_at DESC, id DESC)
    WHERE NOT open AND version > 0;
CREATE INDEX annotation_by_author ON annotation (author_id, audience_id, created_at DESC, id DESC);
CREATE INDEX annotation_replies ON annotation (document_id, thread_id, audience_id, created_at, id)
    WHERE parent_id IS NOT NULL;
CREATE INDEX annotation_own_replies ON annotation (document_id, thread_id, author_id, created_at, id)
    WHERE parent_id IS NOT NULL AND NOT open;
-- Made last: while a table is new and not yet analysed all its indexes look alike to the planner, which
-- then takes the latest for a probe by document and id.
CREATE INDEX annotation_by_id ON annotation (id);
ALTER TABLE annotation ADD CONSTRAINT annotation_pkey PRIMARY KEY (document_id, id);

-- Where an annotation stands in one revision. A row for each revision it was looked for in, so its
-- history is there for nothing. Replies and notes on the whole document have none.
CREATE TABLE anchor (
    document_id   uuid NOT NULL,
    annotation_id uuid NOT NULL,
    revision_id   uuid NOT NULL,
    start_chars   integer,                 -- code points; null with end_chars when it is gone
    end_chars     integer,
    state         text NOT NULL,
    score         real NOT NULL DEFAULT 1,
    CONSTRAINT anchor_annotation FOREIGN KEY (document_id, annotation_id)
        REFERENCES annotation ON DELETE CASCADE,
    CONSTRAINT anchor_state CHECK (state IN ('exact', 'moved', 'changed', 'ambiguous', 'gone')),
    CONSTRAINT anchor_place CHECK (
        CASE WHEN state = 'gone' THEN start_chars IS NULL AND end_chars IS NULL
             ELSE coalesce(0 <= start_chars AND start_chars <= end_chars, false) END),
    CONSTRAINT anchor_score CHECK (score BETWEEN 0 AND 1)
);
CREATE INDEX anchor_by_place ON anchor (document_id, revision_id, start_chars);
ALTER TABLE anchor ADD CONSTRAINT anchor_pkey PRIMARY KEY (document_id, annotation_id, revision_id);

-- What an annotation said before: one row a version that is no longer the current one. Emptied when
-- the annotation is deleted, and when a private one is made visible to its group.
CREATE TABLE annotation_past (
    document_id   uuid NOT NULL,
    annotation_id uuid NOT NULL,
    version       integer NOT NULL,
    kind          text NOT NULL,
    body          text,
    tags          text[] NOT NULL,
    private       boolean NOT NULL,
    created_at    timestamptz NOT NULL,    -- when this version was written
    CONSTRAINT annotation_past_pkey PRIMARY KEY (document_id, annotation_id, version),
    CONSTRAINT annotation_past_annotation FOREIGN KEY (document_id, annotation_id)
        REFERENCES annotation ON DELETE CASCADE
);

-- One reader's reaction to an annotation, with an audience of its own: before the reveal it may be
-- narrower than that of the annotation.
CREATE TABLE reaction (
    document_id   uuid NOT NULL,
    annotation_id uuid NOT NULL,
    user_id       uuid NOT NULL,
    what          smallint NOT NULL,       -- 1 agree, 2 disagree, 3 question, 4 thanks, 5 want_answer
    audience_id   integer NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT reaction_annotation FOREIGN KEY (document_id, annotation_id)
        REFERENCES annotation ON DELETE CASCADE,
    CONSTRAINT reaction_what CHECK (what BETWEEN 1 AND 5)
);
CREATE INDEX reaction_by_time ON reaction (document_id, annotation_id, created_at DESC, user_id DESC, what);
ALTER TABLE reaction ADD CONSTRAINT reaction_pkey PRIMARY KEY (document_id, annotation_id, user_id, what);

-- An annotation shown in a further group. Lists of that group walk its indexes; annotation.also
-- repeats the audience, for reads of single rows.
CREATE TABLE showing (
    document_id   uuid NOT NULL,
    annotation_id uuid NOT NULL,
    audience_id   integer NOT NULL,
    author_id     uuid NOT NULL,
    created_at    timestamptz NOT NULL,    -- both times as on the annotation
    updated_at    timestamptz NOT NULL,
    CONSTRAINT showing_annotation FOREIGN KEY (document_id, annotation_id)
        REFERENCES annotation ON DELETE CASCADE
);
CREATE INDEX showing_list ON showing (document_id, audience_id, created_at DESC, annotation_id DESC);
CREATE INDEX showing_list_updated ON showing (document_id, audience_id, updated_at DESC, annotation_id DESC);
CREATE INDEX showing_everywhere ON showing (audience_id, created_at DESC, annotation_id DESC);
CREATE INDEX showing_everywhere_updated ON showing (audience_id, updated_at DESC, annotation_id DESC);
CREATE INDEX showing_by_author ON showing (author_id, audience_id, created_at DESC, annotation_id DESC);
ALTER TABLE showing ADD CONSTRAINT showing_pkey PRIMARY KEY (document_id, annotation_id, audience_id);

-- A tally with `more` added to one of its triples; null when nothing is left of it.
CREATE FUNCTION tally_add(tally integer[], audience integer, what integer, more integer)
    RETURNS integer[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = gloss, pg_temp AS $$
DECLARE
    at integer := 1;
BEGIN
    IF audience IS NULL OR more = 0 THEN
        RETURN tally;
    END IF;
    WHILE at < coalesce(cardinality(tally), 0) LOOP
        IF tally[at] = audience AND tally[at + 1] = what THEN
            tally[at + 2] := tally[at + 2] + more;
            IF tally[at + 2] = 0 THEN
                tally := tally[:at - 1] || tally[at + 3:];
            END IF;
            RETURN nullif(tally, '{}');
        END IF;
        at := at + 3;
    END LOOP;
    RETURN coalesce(tally, '{}') || ARRAY[audience, what, more];
END $$;

-- The audience of what this user writes in this group about this document, null if they may not write
-- there. The one place for the rule; a statement of its own has locked the group's row before, so
-- that a change of the rule is either seen here or moves what is written here.
CREATE FUNCTION audience_for(in_group uuid, about uuid, writer uuid, private boolean)
    RETURNS integer LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
DECLARE
    leads boolean;
    g groups%ROWTYPE;
    sealed integer;
BEGIN
    SELECT * INTO g FROM groups WHERE id = in_group AND deleted_at IS NULL;
    SELECT role <> 'member' INTO leads FROM member WHERE group_id = in_group AND user_id = writer;
    IF g.id IS NULL OR (leads IS NULL AND g.access <> 'open') THEN
        RETURN NULL;
    END IF;
    IF NOT private AND NOT coalesce(leads, false) THEN
        IF g.premoderated THEN
            RETURN (SELECT id FROM audience WHERE group_id = in_group AND class = 1);
        END IF;
        SELECT sealed_id INTO sealed FROM reading
         WHERE group_id = in_group AND document_id = about AND rule <> 'none' AND revealed_at IS NULL;
        IF sealed IS NOT NULL THEN
            RETURN sealed;
        END IF;
    END IF;
    RETURN (SELECT id FROM audience
             WHERE group_id = in_group AND class = CASE WHEN private THEN 2 ELSE 0 END);
END $$;

-- The narrower of two audiences of one group: members, sealed, leaders, author, from wide to narrow.
CREATE FUNCTION audience_narrower(a integer, b integer) RETURNS integer
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    IF a = b THEN
        RETURN a;
    END IF;
    RETURN (SELECT id FROM audience WHERE id IN (a, b)
             ORDER BY CASE class WHEN 2 THEN 0 WHEN 1 THEN 1 WHEN 3 THEN 2 ELSE 3 END LIMIT 1);
END $$;
