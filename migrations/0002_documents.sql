-- Documents: texts that gloss holds, and pages elsewhere that are known by their address alone.
--
-- A document is what everything else is spread by: its id comes first in the keys of all that belongs
-- to it, and no key of theirs is unique without it.

SET LOCAL search_path TO gloss;

CREATE TABLE document (
    id                  uuid NOT NULL,     -- v7; of a page, random: its time of birth tells who came first
    kind                text NOT NULL,     -- text: held here; page: elsewhere
    group_id            uuid,              -- home: whose members read it. Null for a page
    audience_id         integer,           -- the home group's audience of class 0. Null for a page
    owner_id            uuid,              -- who put it in, and reads it always. Null for a page
    title               text,
    language            text,              -- BCP 47
    settings            json,
    current_revision_id uuid,              -- null for a page
    version             integer NOT NULL DEFAULT 1,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now(),
    deleted_at          timestamptz,       -- a tombstone that can be undone
    CONSTRAINT document_pkey PRIMARY KEY (id),
    CONSTRAINT document_group FOREIGN KEY (group_id) REFERENCES groups,
    CONSTRAINT document_audience FOREIGN KEY (audience_id) REFERENCES audience,
    CONSTRAINT document_owner FOREIGN KEY (owner_id) REFERENCES users,
    CONSTRAINT document_kind CHECK (kind IN ('text', 'page')),
    CONSTRAINT document_home CHECK (
        (kind = 'text' AND group_id IS NOT NULL AND audience_id IS NOT NULL AND owner_id IS NOT NULL
         AND title IS NOT NULL)
        OR (kind = 'page' AND group_id IS NULL AND audience_id IS NULL AND owner_id IS NULL)),
    CONSTRAINT document_version CHECK (version > 0)
);
-- Lists of texts: by audience of the reader's pass, and one's own.
CREATE INDEX document_by_audience ON document (audience_id, created_at DESC, id DESC)
    WHERE deleted_at IS NULL;
CREATE INDEX document_by_audience_updated ON document (audience_id, updated_at DESC, id DESC)
    WHERE deleted_at IS NULL;
CREATE INDEX document_by_owner ON document (owner_id, created_at DESC, id DESC);
CREATE INDEX document_by_owner_updated ON document (owner_id, updated_at DESC, id DESC);
CREATE INDEX document_by_group ON document (group_id);

-- The addresses a document is known by. Those of held texts are unique within their home group (moving
-- a text moves them), those of pages on the whole server (scope nil). Documents found to be the same
-- are merged here: several addresses, one document; rows do not move.
CREATE TABLE document_address (
    scope       uuid NOT NULL,             -- the home group; nil; of a deleted text whose address
                                           -- another one has now, that text itself
    uri         text NOT NULL,             -- normalised
    document_id uuid NOT NULL,
    position    integer NOT NULL DEFAULT 0, -- the order in which the owner named them
    CONSTRAINT document_address_pkey PRIMARY KEY (scope, uri),
    CONSTRAINT document_address_document FOREIGN KEY (document_id) REFERENCES document ON DELETE CASCADE,
    CONSTRAINT document_address_size CHECK (octet_length(uri) BETWEEN 1 AND 2048)
);
CREATE INDEX document_address_by_document ON document_address (document_id, position);
CREATE INDEX document_address_by_uri ON document_address (uri);

-- Further groups that read a held text. Its members read it as those of the home group do.
CREATE TABLE listing (
    document_id uuid NOT NULL,
    group_id    uuid NOT NULL,
    audience_id integer NOT NULL,          -- the group's audience of class 0
    position    integer,                   -- in the group's own order
    added_by    uuid,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT listing_pkey PRIMARY KEY (document_id, group_id),
    CONSTRAINT listing_document FOREIGN KEY (document_id) REFERENCES document ON DELETE CASCADE,
    CONSTRAINT listing_group FOREIGN KEY (group_id) REFERENCES groups,
    CONSTRAINT listing_audience FOREIGN KEY (audience_id) REFERENCES audience,
    CONSTRAINT listing_adder FOREIGN KEY (added_by) REFERENCES users
);
CREATE INDEX listing_by_group ON listing (group_id, position, created_at DESC);
CREATE INDEX listing_by_audience ON listing (audience_id, created_at DESC, document_id DESC);

-- One state of a text; never changed once written.
CREATE TABLE revision (
    document_id uuid NOT NULL,
    id          uuid NOT NULL,
    number      integer NOT NULL,
    parent_id   uuid,
    author_id   uuid,
    note        text,
    format      text NOT NULL,             -- media type of the source: text/plain, text/markdown
    charset     text NOT NULL DEFAULT 'UTF-8', -- that the source was decoded from
    sha256      bytea NOT NULL,            -- of the canonical text in UTF-8
    chars       integer NOT NULL,          -- code points of the canonical text
    bytes       integer NOT NULL,          -- bytes of the canonical text in UTF-8
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT revision_pkey PRIMARY KEY (document_id, id),
    CONSTRAINT revision_number_taken UNIQUE (document_id, number),
    CONSTRAINT revision_document FOREIGN KEY (document_id) REFERENCES document ON DELETE CASCADE,
    CONSTRAINT revision_numbers CHECK (number > 0 AND chars >= 0 AND bytes >= 0),
    CONSTRAINT revision_hash CHECK (octet_length(sha256) = 32)
);
CREATE INDEX revision_by_id ON revision (id);

-- The words of a revision, apart from it because they are large and mostly not asked for. The
-- canonical text is stored as it is, so that a part of it can be read without the rest.
CREATE TABLE revision_text (
    document_id uuid NOT NULL,
    revision_id uuid NOT NULL,
    canonical   text NOT NULL,             -- what a reader sees; selectors and anchors count its characters
    html        text NOT NULL,             -- blocks stamped with the position of their first character
    toc         json NOT NULL,
    source      bytea NOT NULL,            -- as it was put in, to the byte
    map         bytea,                     -- canonical characters to source bytes
    CONSTRAINT revision_text_pkey PRIMARY KEY (document_id, revision_id),
    CONSTRAINT revision_text_revision FOREIGN KEY (document_id, revision_id)
        REFERENCES revision ON DELETE CASCADE
);
ALTER TABLE revision_text ALTER COLUMN canonical SET STORAGE EXTERNAL;
-- The default compression takes a quarter of a second for each megabyte, and the writes behind it wait.
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_settings
                WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
        ALTER TABLE revision_text ALTER COLUMN html SET COMPRESSION lz4,
                                  ALTER COLUMN source SET COMPRESSION lz4;
    ELSE
        ALTER TABLE revision_text ALTER COLUMN html SET STORAGE EXTERNAL,
                                  ALTER COLUMN source SET STORAGE EXTERNAL;
    END IF;
END $$;
