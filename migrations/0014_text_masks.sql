-- Who puts a text into a group under a mask is shown by it there.

SET LOCAL search_path TO gloss;

-- The mask under which its owner put a text into its home; null: by their own name, or before.
ALTER TABLE document ADD COLUMN mask_id uuid;

-- What reader, with these audiences, is told of who wrote a revision of a text, for the page: as
-- documents/putter.part has it.
CREATE FUNCTION putter_called(about uuid, who uuid, reader uuid, reads integer[]) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    RETURN (
        SELECT CASE WHEN u.id IS NULL OR u.state = 'erased' THEN 'a deleted reader'
                    WHEN u.id = reader
                      OR EXISTS (SELECT FROM (SELECT d.group_id, d.audience_id,
                                                     d.mask_id IS NOT NULL AND d.owner_id = u.id AS masked
                                               UNION ALL
                                              SELECT l.group_id, l.audience_id, false FROM listing l
                                               WHERE l.document_id = d.id) o
                                   JOIN groups g ON g.id = o.group_id
                                  WHERE o.audience_id = ANY (reads)
                                    AND (NOT (g.anonymous OR o.masked
                                              OR EXISTS (SELECT FROM mask m WHERE m.group_id = g.id
                                                                              AND m.user_id = u.id AND m.worn))
                                         OR g.leaders_see_through
                                            AND EXISTS (SELECT FROM audience x
                                                         WHERE x.group_id = g.id AND x.class = 1
                                                           AND x.id = ANY (reads)))) THEN u.display_name
                    WHEN d.owner_id = u.id AND d.audience_id = ANY (reads)
                    THEN coalesce((SELECT m.name FROM mask m WHERE m.id = d.mask_id), 'a member')
                    ELSE 'a member' END
          FROM document d LEFT JOIN users u ON u.id = who
         WHERE d.id = about);
END $$;
