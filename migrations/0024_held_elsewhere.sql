-- What the leaders of further groups have decided of a note that is shown there is told, as what those of
-- its own have decided is: to them, and to its author.

SET LOCAL search_path TO gloss;

-- Of each showing that is held back, as far as the reader may know: its audience, its group, how it is held,
-- and why.
CREATE FUNCTION held_told(about uuid, note uuid, is_own boolean, reads integer[]) RETURNS text[]
    LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT array_agg(v.v ORDER BY x.id, v.i)
              FROM gloss.showing w
              JOIN gloss.audience x ON x.id = w.audience_id
             CROSS JOIN LATERAL unnest(ARRAY[x.id::text, x.group_id::text, w.moderation,
                                             coalesce(w.moderation_note, '')]) WITH ORDINALITY v (v, i)
             WHERE w.document_id = about AND w.annotation_id = note
               AND w.moderation NOT IN ('none', 'approved')
               AND (is_own OR w.audience_id = ANY (reads)));
END $$;
