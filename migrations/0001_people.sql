-- People: who they are, how they prove it, which groups they read in, and what they may see.
--
-- Everything lives in the schema gloss, and the server connects with search_path=gloss. Each file of
-- migrations/ is one transaction, run by the owner of the schema, who needs no more than the right to
-- create it. Ids are UUIDv7 from the server unless a table says otherwise. Small tables that every
-- shard would have a copy of (all in this file) may be unique by what they like; tables that belong to
-- a document have its id first in every key (0002 and on).

CREATE SCHEMA IF NOT EXISTS gloss;
SET LOCAL search_path TO gloss;

-- A statement's own refusal: the transaction ends with SQLSTATE GL001 and a word that the server
-- knows, mostly a problem's name (SELECT gloss.refuse('not-allowed')).
CREATE FUNCTION refuse(word text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE PARALLEL RESTRICTED SET search_path = gloss, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'GL001', MESSAGE = word;
END $$;

-- -- the server ------------------------------------------------------------------------------------

-- What all processes on this database share; one row.
CREATE TABLE server (
    only_row   boolean NOT NULL DEFAULT true,
    public     boolean NOT NULL DEFAULT false, -- --public: Everyone and open groups without signing in
    feed_epoch integer NOT NULL DEFAULT 1,     -- part of every cursor into the event log
    names      integer NOT NULL DEFAULT 0,     -- how often somebody took another name: part of the tags
                                               -- of lists that show names
    CONSTRAINT server_pkey PRIMARY KEY (only_row),
    CONSTRAINT server_one CHECK (only_row)
);
INSERT INTO server DEFAULT VALUES;

-- The links that make their opener the admin, one printed at each start while there is no admin.
CREATE TABLE setup (
    code_hash  bytea NOT NULL,           -- SHA-256 of the code
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL DEFAULT now() + interval '7 days',
    used_at    timestamptz,
    used_by    uuid,                     -- users.id
    CONSTRAINT setup_pkey PRIMARY KEY (code_hash),
    CONSTRAINT setup_hash CHECK (octet_length(code_hash) = 32)
);

-- -- groups ----------------------------------------------------------------------------------------

-- Who reads together. Every server has Everyone, every user a group of their own.
CREATE TABLE groups (
    id           uuid NOT NULL,
    kind         text NOT NULL DEFAULT 'group',   -- group, everyone, personal, pair (exactly two)
    access       text NOT NULL DEFAULT 'private', -- private: members read and write; restricted: other
                                                  -- users read; open: other users read and write
    name         text NOT NULL,
    description  text,
    premoderated boolean NOT NULL DEFAULT false,  -- what members write waits for a leader
    version      integer NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    deleted_at   timestamptz,                     -- its audiences are in nobody's pass then
    CONSTRAINT groups_pkey PRIMARY KEY (id),
    CONSTRAINT groups_kind CHECK (kind IN ('group', 'everyone', 'personal', 'pair')),
    CONSTRAINT groups_access CHECK (access IN ('private', 'restricted', 'open')),
    CONSTRAINT groups_version CHECK (version > 0)
);
CREATE UNIQUE INDEX groups_everyone ON groups (kind) WHERE kind = 'everyone';
CREATE INDEX groups_others_read ON groups (id) WHERE access <> 'private';

-- Who may see something: a number that annotations carry and passes list. Every group has one of each
-- of the classes 0 to 2 from its first day, and one of class 3 for each text it reads independently.
CREATE TABLE audience (
    id          integer NOT NULL GENERATED ALWAYS AS IDENTITY,
    group_id    uuid NOT NULL,
    class       smallint NOT NULL, -- 0 members: what the group reads
                                   -- 1 leaders: hidden, pending, denied, spam
                                   -- 2 author: private and draft; in nobody's pass
                                   -- 3 sealed: written before the reveal
    document_id uuid,              -- of a sealed one
    CONSTRAINT audience_pkey PRIMARY KEY (id),
    CONSTRAINT audience_one_of_each UNIQUE NULLS NOT DISTINCT (group_id, class, document_id),
    CONSTRAINT audience_group FOREIGN KEY (group_id) REFERENCES groups,
    CONSTRAINT audience_class CHECK (class BETWEEN 0 AND 3),
    CONSTRAINT audience_sealed CHECK ((class = 3) = (document_id IS NOT NULL))
);

-- -- users -----------------------------------------------------------------------------------------

-- A person with an account. Erased ones stay as a row without a name, so that ids keep a meaning.
CREATE TABLE users (
    id            uuid NOT NULL,
    name          text NOT NULL,           -- lower case: unique without regard to case
    display_name  text NOT NULL,
    password_hash text,                    -- libsodium's string; null: no password gets in
    admin         boolean NOT NULL DEFAULT false, -- runs the server; reads no more than others
    state         text NOT NULL DEFAULT 'active', -- active, disabled, erased
    own_group_id  uuid NOT NULL,           -- the group of one, `mine`
    failed_logins integer NOT NULL DEFAULT 0,
    locked_until  timestamptz,             -- no attempt before this time
    version       integer NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_name_taken UNIQUE (name),
    CONSTRAINT users_own_group FOREIGN KEY (own_group_id) REFERENCES groups,
    CONSTRAINT users_name CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,38}$'),
    CONSTRAINT users_state CHECK (state IN ('active', 'disabled', 'erased'))
);

-- What scripts and other programs show instead of a password; the text itself is not kept.
CREATE TABLE token (
    id           uuid NOT NULL,
    user_id      uuid NOT NULL,
    hash         bytea NOT NULL,           -- SHA-256 of the token
    name         text NOT NULL,            -- its label
    scopes       integer NOT NULL,         -- bits, enum scope of server/model/reader.h
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    last_used_at timestamptz,              -- to the hour or so
    CONSTRAINT token_pkey PRIMARY KEY (id),
    CONSTRAINT token_hash_taken UNIQUE (hash),
    CONSTRAINT token_user FOREIGN KEY (user_id) REFERENCES users,
    CONSTRAINT token_hash CHECK (octet_length(hash) = 32)
);
CREATE INDEX token_by_user ON token (user_id, created_at DESC, id DESC);

-- A browser that has signed in; the cookie holds what hash is made of.
CREATE TABLE session (
    id           uuid NOT NULL,
    user_id      uuid NOT NULL,
    hash         bytea NOT NULL,           -- SHA-256 of the cookie's value
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now(), -- idle for 14 days: over
    expires_at   timestamptz NOT NULL,     -- 90 days after it began
    CONSTRAINT session_pkey PRIMARY KEY (id),
    CONSTRAINT session_hash_taken UNIQUE (hash),
    CONSTRAINT session_of_user FOREIGN KEY (user_id) REFERENCES users,
    CONSTRAINT session_hash CHECK (octet_length(hash) = 32)
);
CREATE INDEX session_by_user ON session (user_id);
CREATE INDEX session_by_end ON session (expires_at);

-- Who belongs to which group. Leaders are owner, admin and moderator. Everyone has a row for each user.
CREATE TABLE member (
    group_id  uuid NOT NULL,
    user_id   uuid NOT NULL,
    role      text NOT NULL DEFAULT 'member',
    joined_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT member_pkey PRIMARY KEY (group_id, user_id),
    CONSTRAINT member_group FOREIGN KEY (group_id) REFERENCES groups,
    CONSTRAINT member_user FOREIGN KEY (user_id) REFERENCES users,
    CONSTRAINT member_role CHECK (role IN ('owner', 'admin', 'moderator', 'member'))
);
CREATE INDEX member_by_user ON member (user_id, group_id);
CREATE INDEX member_by_time ON member (group_id, joined_at DESC, user_id DESC);

-- A way into a group by a code, which its members may show each other again, so it is kept readable.
CREATE TABLE invitation (
    id         uuid NOT NULL,
    group_id   uuid NOT NULL,
    code       text NOT NULL,
    role       text NOT NULL DEFAULT 'member',
    author_id  uuid,
    uses_left  integer,                    -- null: any number
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT invitation_pkey PRIMARY KEY (id),
    CONSTRAINT invitation_code_taken UNIQUE (code),
    CONSTRAINT invitation_group FOREIGN KEY (group_id) REFERENCES groups,
    CONSTRAINT invitation_author FOREIGN KEY (author_id) REFERENCES users,
    CONSTRAINT invitation_role CHECK (role IN ('owner', 'admin', 'moderator', 'member')),
    CONSTRAINT invitation_uses CHECK (uses_left >= 0)
);
CREATE INDEX invitation_by_group ON invitation (group_id, created_at DESC, id DESC);
CREATE INDEX invitation_by_author ON invitation (author_id);

-- -- independent first -----------------------------------------------------------------------------

-- What a group has agreed on for one text. While `sealed_id` is set and `revealed_at` is not, what
-- members write there goes to the sealed audience. Whoever changes a row locks the group FOR UPDATE
-- first, in a statement of its own, and moves the annotations that the new rule puts elsewhere.
CREATE TABLE reading (
    group_id    uuid NOT NULL,
    document_id uuid NOT NULL,
    rule        text NOT NULL DEFAULT 'none', -- none, self (each by "I have read it"), count, date
    rule_count  integer,
    rule_date   timestamptz,
    sealed_id   integer,                   -- the audience of class 3
    revealed_at timestamptz,               -- for all members
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT reading_pkey PRIMARY KEY (group_id, document_id),
    CONSTRAINT reading_group FOREIGN KEY (group_id) REFERENCES groups,
    CONSTRAINT reading_sealed FOREIGN KEY (sealed_id) REFERENCES audience,
    CONSTRAINT reading_rule CHECK (rule IN ('none', 'self', 'count', 'date')),
    CONSTRAINT reading_has_seal CHECK (rule = 'none' OR sealed_id IS NOT NULL)
);
CREATE INDEX reading_by_seal ON reading (sealed_id) WHERE sealed_id IS NOT NULL;

-- One member has opened one sealed audience for themselves.
CREATE TABLE reveal (
    user_id     uuid NOT NULL,
    audience_id integer NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT reveal_pkey PRIMARY KEY (user_id, audience_id),
    CONSTRAINT reveal_user FOREIGN KEY (user_id) REFERENCES users,
    CONSTRAINT reveal_audience FOREIGN KEY (audience_id) REFERENCES audience
);
CREATE INDEX reveal_by_audience ON reveal (audience_id);

-- -- passes ----------------------------------------------------------------------------------------

-- What a reader may see, worked out beforehand: to see is to be listed. Only the triggers below write
-- it; `gloss doctor` and the tests work it out anew, another way, and compare.
-- Two rows belong to no user: nobody (nil) is whoever has not signed in, anybody (all ones) is what
-- every user reads of groups that they are not in, added to their own pass by reads_of().
CREATE TABLE pass (
    user_id uuid NOT NULL,
    reads   integer[] NOT NULL DEFAULT '{}', -- audiences, ascending
    past    integer[] NOT NULL DEFAULT '{}', -- audiences of class 0 that this reader (or anybody) could
                                             -- read once: one's own words there stay one's own
    muted   uuid[] NOT NULL DEFAULT '{}',    -- people whom this reader does not want to read
    CONSTRAINT pass_pkey PRIMARY KEY (user_id)
);

-- The rule. Of one's groups: what members read; what leaders read, for leaders; sealed audiences, for
-- leaders, for those who have opened them, and for all once they are revealed.
CREATE FUNCTION pass_of(reader uuid) RETURNS integer[]
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    IF reader = '00000000-0000-0000-0000-000000000000' THEN
        RETURN ARRAY(SELECT x.id FROM server s, groups g JOIN audience x ON x.group_id = g.id
                      WHERE s.public AND g.access <> 'private' AND g.deleted_at IS NULL AND x.class = 0
                      ORDER BY x.id);
    ELSIF reader = 'ffffffff-ffff-ffff-ffff-ffffffffffff' THEN
        RETURN ARRAY(SELECT x.id FROM groups g JOIN audience x ON x.group_id = g.id
                      WHERE g.access <> 'private' AND g.deleted_at IS NULL AND x.class = 0
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
                          OR EXISTS (SELECT 1 FROM reveal r
                                      WHERE r.user_id = reader AND r.audience_id = x.id)
                          OR EXISTS (SELECT 1 FROM reading r
                                      WHERE r.sealed_id = x.id AND r.revealed_at IS NOT NULL)
                        ELSE false END
                  ORDER BY x.id);
END $$;

-- The whole pass that a request is answered with, ascending: a user's own and what anybody reads.
CREATE FUNCTION reads_of(reader uuid) RETURNS integer[]
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    RETURN ARRAY(SELECT DISTINCT u FROM pass p CROSS JOIN LATERAL unnest(p.reads) u
                  WHERE p.user_id = reader
                     OR (p.user_id = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
                         AND EXISTS (SELECT 1 FROM users a WHERE a.id = reader AND a.state = 'active'))
                  ORDER BY u);
END $$;

-- Works the passes of these readers out again. Locks them first, in one order, so that two changes
-- neither overwrite each other nor deadlock; what follows sees what the other has committed.
CREATE FUNCTION passes_renew(readers uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gloss, pg_temp AS $$
BEGIN
    PERFORM 1 FROM pass WHERE user_id = ANY (readers) ORDER BY user_id FOR UPDATE;
    UPDATE pass p
       SET reads = n.reads,
           past = ARRAY(SELECT x.id FROM audience x
                         WHERE x.id = ANY (p.reads || p.past) AND x.class = 0
                           AND x.id <> ALL (n.reads)
                         ORDER BY x.id)
      FROM (SELECT q.user_id, pass_of(q.user_id) AS reads
              FROM pass q WHERE q.user_id = ANY (readers)) n
     WHERE p.user_id = n.user_id AND p.reads <> n.reads;
END $$;

-- All who may read something of these groups. The groups are locked so that a member who is joining
-- just now is either seen here or sees what was changed: joining locks the group FOR KEY SHARE.
CREATE FUNCTION passes_renew_of_groups(ids uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gloss, pg_temp AS $$
BEGIN
    PERFORM 1 FROM groups WHERE id = ANY (ids) ORDER BY id FOR UPDATE;
    PERFORM passes_renew(ARRAY(SELECT DISTINCT user_id FROM member WHERE group_id = ANY (ids))
                         || uuid '00000000-0000-0000-0000-000000000000'
                         || uuid 'ffffffff-ffff-ffff-ffff-ffffffffffff');
END $$;

-- The triggers: each tells whom a statement concerns. SECURITY DEFINER, because the server's role may
-- read passes and not write them.

CREATE FUNCTION pass_on_user() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gloss, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO pass (user_id) SELECT id FROM new_rows ON CONFLICT DO NOTHING;
        PERFORM passes_renew(ARRAY(SELECT id FROM new_rows));
    ELSE
        PERFORM passes_renew(ARRAY(SELECT n.id FROM new_rows n JOIN old_rows o USING (id)
                                    WHERE n.state <> o.state));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER users_insert_pass AFTER INSERT ON users
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION pass_on_user();
CREATE TRIGGER users_update_pass AFTER UPDATE ON users
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION pass_on_user();

CREATE FUNCTION pass_on_member() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gloss, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM 1 FROM groups WHERE id IN (SELECT group_id FROM new_rows) ORDER BY id FOR KEY SHARE;
        PERFORM passes_renew(ARRAY(SELECT DISTINCT user_id FROM new_rows));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM passes_renew(ARRAY(SELECT DISTINCT user_id FROM old_rows));
    ELSE
        PERFORM 1 FROM groups WHERE id IN (SELECT group_id FROM new_rows) ORDER BY id FOR KEY SHARE;
        PERFORM passes_renew(ARRAY(SELECT user_id FROM old_rows UNION SELECT user_id FROM new_rows));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER member_insert_pass AFTER INSERT ON member
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION pass_on_member();
CREATE TRIGGER member_update_pass AFTER UPDATE ON member
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION pass_on_member();
CREATE TRIGGER member_delete_pass AFTER DELETE ON member
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION pass_on_member();

CREATE FUNCTION pass_on_group() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gloss, pg_temp AS $$
DECLARE
    changed uuid[] := ARRAY(SELECT n.id FROM new_rows n JOIN old_rows o USING (id)
                             WHERE n.access <> o.access
                                OR (n.deleted_at IS NULL) <> (o.deleted_at IS NULL));
BEGIN
    IF changed <> '{}' THEN
        PERFORM passes_renew_of_groups(changed);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER groups_update_pass AFTER UPDATE ON groups
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION pass_on_group();

CREATE FUNCTION pass_on_audience() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gloss, pg_temp AS $$
DECLARE
    concerned uuid[] := ARRAY(SELECT DISTINCT n.group_id FROM new_rows n JOIN groups g ON g.id = n.group_id
                               WHERE g.access <> 'private'
                                  OR EXISTS (SELECT 1 FROM member m WHERE m.group_id = n.group_id));
BEGIN
    IF concerned <> '{}' THEN
        PERFORM passes_renew_of_groups(concerned);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audience_insert_pass AFTER INSERT ON audience
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION pass_on_audience();

CREATE FUNCTION pass_on_reading() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gloss, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM passes_renew_of_groups(ARRAY(SELECT DISTINCT group_id FROM old_rows));
    ELSE
        PERFORM passes_renew_of_groups(ARRAY(SELECT DISTINCT group_id FROM new_rows));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER reading_insert_pass AFTER INSERT ON reading
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION pass_on_reading();
CREATE TRIGGER reading_update_pass AFTER UPDATE ON reading
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION pass_on_reading();
CREATE TRIGGER reading_delete_pass AFTER DELETE ON reading
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION pass_on_reading();

CREATE FUNCTION pass_on_reveal() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gloss, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM passes_renew(ARRAY(SELECT DISTINCT user_id FROM old_rows));
    ELSE
        PERFORM passes_renew(ARRAY(SELECT DISTINCT user_id FROM new_rows));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER reveal_insert_pass AFTER INSERT ON reveal
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION pass_on_reveal();
CREATE TRIGGER reveal_delete_pass AFTER DELETE ON reveal
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION pass_on_reveal();

CREATE FUNCTION pass_on_server() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gloss, pg_temp AS $$
BEGIN
    PERFORM passes_renew(ARRAY[uuid '00000000-0000-0000-0000-000000000000']);
    RETURN NULL;
END $$;
CREATE TRIGGER server_update_pass AFTER UPDATE OF public ON server
    FOR EACH STATEMENT EXECUTE FUNCTION pass_on_server();

INSERT INTO pass (user_id) VALUES
    ('00000000-0000-0000-0000-000000000000'), ('ffffffff-ffff-ffff-ffff-ffffffffffff');

-- -- making groups and users -----------------------------------------------------------------------

-- A group with its audiences and, unless null, its first member, who owns it.
CREATE FUNCTION create_group(new_id uuid, new_kind text, new_access text, new_name text,
                             new_description text, owner_id uuid) RETURNS void
    LANGUAGE plpgsql SET search_path = gloss, pg_temp AS $$
BEGIN
    INSERT INTO groups (id, kind, access, name, description)
    VALUES (new_id, new_kind, new_access, new_name, new_description);
    INSERT INTO audience (group_id, class) VALUES (new_id, 0), (new_id, 1), (new_id, 2);
    IF owner_id IS NOT NULL THEN
        INSERT INTO member (group_id, user_id, role) VALUES (new_id, owner_id, 'owner');
    END IF;
END $$;

-- A user with their own group, who belongs to Everyone. A name that is taken ends with
-- users_name_taken.
CREATE FUNCTION create_user(new_id uuid, new_name text, new_display_name text,
                            new_password_hash text, is_admin boolean, new_group_id uuid) RETURNS void
    LANGUAGE plpgsql SET search_path = gloss, pg_temp AS $$
BEGIN
    PERFORM create_group(new_group_id, 'personal', 'private', new_name, NULL, NULL);
    INSERT INTO users (id, name, display_name, password_hash, admin, own_group_id)
    VALUES (new_id, new_name, new_display_name, new_password_hash, is_admin, new_group_id);
    INSERT INTO member (group_id, user_id, role)
    VALUES (new_group_id, new_id, 'owner'),
           ('00000000-0000-0000-0000-000000000001', new_id, 'member');
END $$;

-- Everyone: the one open group that all users of the server belong to. Its id is the same everywhere.
SELECT create_group('00000000-0000-0000-0000-000000000001', 'everyone', 'open', 'Everyone', NULL, NULL);
