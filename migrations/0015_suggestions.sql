-- Suggestions: an annotation of that kind has other words for its passage. Whoever may see the annotation
-- may see them; with its words they go.

SET LOCAL search_path TO gloss;

CREATE TABLE suggestion (
    document_id   uuid NOT NULL,
    annotation_id uuid NOT NULL,
    replacement   text NOT NULL,           -- plain words; none: the passage is to be taken out
    state         text NOT NULL DEFAULT 'open',
    decided_by    uuid,                    -- as one who may edit the text, under their own name
    decided_at    timestamptz,
    reason        text,                    -- why it was rejected
    revision_id   uuid,                    -- that it was accepted into
    CONSTRAINT suggestion_pkey PRIMARY KEY (document_id, annotation_id),
    CONSTRAINT suggestion_annotation FOREIGN KEY (document_id, annotation_id)
        REFERENCES annotation ON DELETE CASCADE,
    CONSTRAINT suggestion_decider FOREIGN KEY (decided_by) REFERENCES users,
    CONSTRAINT suggestion_size CHECK (octet_length(replacement) <= 65536),
    CONSTRAINT suggestion_state CHECK (state IN ('open', 'accepted', 'rejected')),
    CONSTRAINT suggestion_decided CHECK (
        (state = 'open') = (decided_by IS NULL) AND (state = 'open') = (decided_at IS NULL)),
    CONSTRAINT suggestion_accepted CHECK ((state = 'accepted') = (revision_id IS NOT NULL)),
    CONSTRAINT suggestion_reason CHECK (reason IS NULL OR state = 'rejected')
);
CREATE INDEX suggestion_by_revision ON suggestion (document_id, revision_id) WHERE revision_id IS NOT NULL;
CREATE INDEX suggestion_reasons ON suggestion (decided_by) WHERE reason IS NOT NULL;

-- What it was to be replaced with then.
ALTER TABLE annotation_past ADD COLUMN replacement text;

-- The audience through which reader, with these audiences, knows by their own name who did something as one
-- who may edit a text, as documents/putter_joins.part has it; 0 for themselves; null: they are not told.
CREATE FUNCTION named_through(about uuid, who uuid, reader uuid, reads integer[]) RETURNS integer
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    IF who = reader THEN
        RETURN 0;
    END IF;
    RETURN (SELECT w.through FROM (
                SELECT CASE WHEN NOT g.anonymous AND NOT o.masked
                                 AND NOT EXISTS (SELECT FROM mask m WHERE m.group_id = g.id
                                                                      AND m.user_id = who AND m.worn)
                            THEN o.audience_id
                            ELSE (SELECT x.id FROM audience x
                                   WHERE x.group_id = g.id AND x.class = 1 AND g.leaders_see_through
                                     AND x.id = ANY (reads)) END AS through
                  FROM (SELECT d.group_id, d.audience_id, d.mask_id IS NOT NULL AND d.owner_id = who AS masked
                          FROM document d WHERE d.id = about
                         UNION ALL
                        SELECT l.group_id, l.audience_id, false FROM listing l
                         WHERE l.document_id = about) o
                  JOIN groups g ON g.id = o.group_id
                 WHERE o.audience_id = ANY (reads)) w
             WHERE w.through IS NOT NULL LIMIT 1);
END $$;

-- What a reader of an annotation is told of the suggestion in it, in a function as in 0010: the
-- replacement, its state; who decided, by id, name and display name, and the audience through which the
-- reader knows them; when (microseconds), why, and the revision; '' for what there is not, or is not told.
-- Null: it is none.
CREATE FUNCTION suggestion_told(about uuid, note uuid, reader uuid, reads integer[]) RETURNS text[]
    LANGUAGE plpgsql STABLE AS $$
DECLARE
    it gloss.suggestion%ROWTYPE;
    through integer;
BEGIN
    SELECT * INTO it FROM gloss.suggestion s WHERE s.document_id = about AND s.annotation_id = note;
    IF it.annotation_id IS NULL THEN
        RETURN NULL;
    END IF;
    IF it.decided_by IS NOT NULL THEN
        through := gloss.named_through(about, it.decided_by, reader, reads);
    END IF;
    RETURN (SELECT ARRAY[it.replacement, it.state, coalesce(u.id::text, ''), coalesce(u.name, ''),
                         coalesce(u.display_name, ''), coalesce(through::text, ''),
                         coalesce((extract(epoch FROM it.decided_at) * 1000000)::bigint::text, ''),
                         coalesce(it.reason, ''), coalesce(it.revision_id::text, '')]
              FROM (SELECT it.decided_by AS id) q
              LEFT JOIN gloss.users u ON u.id = q.id AND through IS NOT NULL AND u.state <> 'erased');
END $$;

-- Whose suggestions a revision took up, as far as reader, with these audiences, may see them: of each the
-- annotation, the audience through which they do (0: it is their own), its author as they are shown, by
-- id, name ('' behind a mask) and display name, and 'masked' or ''. Null: none.
CREATE FUNCTION credits_told(about uuid, revision uuid, reader uuid, reads integer[]) RETURNS text[]
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    RETURN (SELECT array_agg(v.v ORDER BY a.created_at, a.id, v.i)
              FROM suggestion s
              JOIN annotation a ON a.document_id = s.document_id AND a.id = s.annotation_id
              LEFT JOIN mask m ON m.id = a.mask_id
              LEFT JOIN users u ON u.id = a.author_id AND (a.mask_id IS NULL OR a.author_id = reader)
             CROSS JOIN LATERAL (
                SELECT CASE WHEN a.author_id = reader THEN 0
                            WHEN a.audience_id = ANY (reads) THEN a.audience_id
                            ELSE (SELECT min(o.id) FROM unnest(a.also) o (id) WHERE o.id = ANY (reads))
                            END AS audience) through
             CROSS JOIN LATERAL unnest(ARRAY[a.id::text, through.audience::text,
                                             coalesce(u.id, a.mask_id)::text, coalesce(u.name, ''),
                                             coalesce(m.name, u.display_name),
                                             CASE WHEN a.mask_id IS NULL THEN '' ELSE 'masked' END])
                                WITH ORDINALITY v (v, i)
             WHERE s.document_id = about AND s.revision_id = revision AND a.deleted_at IS NULL
               AND through.audience IS NOT NULL);
END $$;

-- As before, with what was suggested, and why it was rejected.
CREATE OR REPLACE FUNCTION erase_words(who uuid) RETURNS integer
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
    ), unsuggested AS (
        DELETE FROM suggestion s USING mine m
         WHERE s.document_id = m.document_id AND s.annotation_id = m.id AND m.stays
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
    UPDATE suggestion s SET reason = NULL WHERE s.decided_by = who AND s.reason IS NOT NULL;
    PERFORM recount_threads(q.document_id, q.threads)
       FROM (SELECT w.document_id, array_agg(DISTINCT w.thread_id) AS threads
               FROM unnest(documents, threads) AS w (document_id, thread_id)
               JOIN annotation a ON a.document_id = w.document_id AND a.id = w.thread_id
              GROUP BY w.document_id) q;
    RETURN reactions + words;
END $$;
