-- Who changes another's text under a mask is shown by it, and a mask under which something was done to a
-- text holds wherever the text is read.

SET LOCAL search_path TO gloss;

-- The mask of the text's home under which it was made; null: by their own name, before, or by the one who
-- put the text in, whose mask is the text's.
ALTER TABLE revision ADD COLUMN mask_id uuid;
-- The same of who decided.
ALTER TABLE suggestion ADD COLUMN decided_mask_id uuid;

UPDATE suggestion s
   SET decided_mask_id = CASE WHEN d.owner_id = s.decided_by THEN d.mask_id
                              ELSE (SELECT m.id FROM mask m JOIN groups g ON g.id = m.group_id
                                     WHERE m.group_id = d.group_id AND m.user_id = s.decided_by
                                       AND (m.worn OR g.anonymous)) END
  FROM document d WHERE d.id = s.document_id AND s.decided_by IS NOT NULL;

DROP FUNCTION putter_called(uuid, uuid, uuid, integer[]);
DROP FUNCTION named_through(uuid, uuid, uuid, integer[]);

-- The audience through which reader, with these audiences, knows by their own name who did something to a
-- text under a mask, or under none, as documents/putter_joins.part has it; 0 for themselves; null: they
-- are not told.
CREATE FUNCTION named_through(about uuid, who uuid, under uuid, reader uuid, reads integer[]) RETURNS integer
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    IF who = reader THEN
        RETURN 0;
    END IF;
    RETURN (SELECT w.through FROM (
                SELECT CASE WHEN under IS NULL AND NOT g.anonymous
                                 AND NOT EXISTS (SELECT FROM mask m WHERE m.group_id = g.id
                                                                      AND m.user_id = who AND m.worn)
                            THEN o.audience_id
                            WHEN under IS NULL
                                 OR EXISTS (SELECT FROM mask m WHERE m.id = under AND m.group_id = g.id)
                            THEN (SELECT x.id FROM audience x
                                   WHERE x.group_id = g.id AND x.class = 1 AND g.leaders_see_through
                                     AND x.id = ANY (reads)) END AS through
                  FROM (SELECT d.group_id, d.audience_id FROM document d WHERE d.id = about
                         UNION ALL
                        SELECT l.group_id, l.audience_id FROM listing l WHERE l.document_id = about) o
                  JOIN groups g ON g.id = o.group_id
                 WHERE o.audience_id = ANY (reads)) w
             WHERE w.through IS NOT NULL LIMIT 1);
END $$;

-- What reader, with these audiences, is told of who wrote a revision of a text, for the page: as
-- documents/putter.part has it.
CREATE FUNCTION reviser_called(about uuid, revision uuid, reader uuid, reads integer[]) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    RETURN (
        SELECT CASE WHEN u.id IS NULL OR u.state = 'erased' THEN 'a deleted reader'
                    WHEN named_through(about, u.id, w.mask_id, reader, reads) IS NOT NULL THEN u.display_name
                    ELSE coalesce((SELECT m.name FROM mask m
                                    WHERE m.id = w.mask_id AND m.group_id = w.group_id
                                      AND w.audience_id = ANY (reads)), 'a member') END
          FROM (SELECT d.group_id, d.audience_id, r.author_id,
                       CASE WHEN r.author_id = d.owner_id THEN d.mask_id ELSE r.mask_id END AS mask_id
                  FROM document d JOIN revision r ON r.document_id = d.id
                 WHERE d.id = about AND r.id = reviser_called.revision) w
          LEFT JOIN users u ON u.id = w.author_id);
END $$;

-- As before; who decided under a mask is not told elsewhere.
CREATE OR REPLACE FUNCTION suggestion_told(about uuid, note uuid, reader uuid, reads integer[]) RETURNS text[]
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
        through := gloss.named_through(about, it.decided_by, it.decided_mask_id, reader, reads);
    END IF;
    RETURN (SELECT ARRAY[it.replacement, it.state, coalesce(u.id::text, ''), coalesce(u.name, ''),
                         coalesce(u.display_name, ''), coalesce(through::text, ''),
                         coalesce((extract(epoch FROM it.decided_at) * 1000000)::bigint::text, ''),
                         coalesce(it.reason, ''), coalesce(it.revision_id::text, '')]
              FROM (SELECT it.decided_by AS id) q
              LEFT JOIN gloss.users u ON u.id = q.id AND through IS NOT NULL AND u.state <> 'erased');
END $$;
