-- What lists tell of few annotations alone, in functions: a sub-select costs every list the opening of
-- its tables, a function that is not called costs nothing. They are called for every row of some lists,
-- so they name their schema and set nothing.

SET LOCAL search_path TO gloss;

-- What reader is told of a mask under which author wrote: its name; where reader leads a group that lets
-- its leaders see through, and is another, also the number of the leaders' audience, and the author's
-- id, name and display name.
CREATE FUNCTION mask_told(mask uuid, author uuid, reader uuid, reads integer[]) RETURNS text[]
    LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT CASE WHEN x.id IS NULL THEN ARRAY[m.name]
                        ELSE ARRAY[m.name, x.id::text, author::text, u.name, u.display_name] END
              FROM gloss.mask m
              JOIN gloss.groups g ON g.id = m.group_id
              JOIN gloss.users u ON u.id = author
              LEFT JOIN gloss.audience x ON x.group_id = g.id AND x.class = 1 AND g.leaders_see_through
                                        AND x.id = ANY (reads) AND author <> reader
             WHERE m.id = mask);
END $$;

-- What reader is told beside the words of an annotation: how it has been moderated and why, '' for
-- nothing, to its author and those of its audience; and the further groups that it is shown in, each
-- behind the number of its audience: those of the pass, all of them to the author.
CREATE FUNCTION aside_told(also integer[], moderation text, note text, is_own boolean, audience integer,
    reads integer[]) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    told text[] := ARRAY['', ''];
BEGIN
    IF moderation NOT IN ('none', 'approved') AND (is_own OR audience = ANY (reads)) THEN
        told := ARRAY[moderation, coalesce(note, '')];
    END IF;
    IF also IS NOT NULL THEN
        told := told || (SELECT array_agg(v.v ORDER BY x.id, v.i)
                           FROM gloss.audience x
                          CROSS JOIN LATERAL unnest(ARRAY[x.id::text, x.group_id::text])
                                     WITH ORDINALITY v (v, i)
                          WHERE x.id = ANY (also) AND (is_own OR x.id = ANY (reads)));
    END IF;
    RETURN told;
END $$;

-- How much of a document that the audiences show those wrote whom a reader has muted, users by their
-- own name or masks.
CREATE FUNCTION muted_on(about uuid, reads integer[], muted uuid[])
    RETURNS TABLE (audience_id integer, n integer) LANGUAGE plpgsql STABLE STRICT ROWS 10 AS $$
BEGIN
    RETURN QUERY
    SELECT a.audience_id, count(*)::integer
      FROM unnest(muted) AS m (id)
      LEFT JOIN gloss.mask k ON k.id = m.id
     CROSS JOIN LATERAL (
        SELECT a.audience_id FROM gloss.annotation a
         WHERE a.version > 0 AND a.deleted_at IS NULL AND a.document_id = about
           AND a.author_id = coalesce(k.user_id, m.id) AND coalesce(a.mask_id, a.author_id) = m.id
           AND a.audience_id = ANY (reads) OFFSET 0) a
     GROUP BY a.audience_id;
END $$;
