-- Why a draft cannot be published, in the words that a new annotation would be told; and who stands in for
-- an owner who is gone, from the table of permissions.

SET LOCAL search_path TO gloss;

CREATE OR REPLACE FUNCTION drafts_unfit(writer uuid, ids uuid[]) RETURNS TABLE (place bigint, fault text)
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT q.place, q.fault FROM (
        SELECT w.place,
               CASE WHEN a.id IS NULL OR d.deleted_at IS NOT NULL THEN 'unknown'
                    WHEN NOT a.draft OR a.deleted_at IS NOT NULL THEN 'no-draft'
                    WHEN NOT group_reads(a.group_id, a.document_id) THEN 'elsewhere'
                    WHEN audience_for(a.group_id, a.document_id, writer, false) IS NULL
                    THEN CASE WHEN base_for(a.group_id, a.document_id, writer, true) IS NULL
                              THEN 'not-allowed' ELSE 'annotations-off' END
                    WHEN p.deleted_at IS NOT NULL THEN 'parent-gone'
                    WHEN p.id IS NOT NULL AND NOT (p.draft AND p.id = ANY (ids)) AND NOT EXISTS (
                         SELECT FROM audience x WHERE x.class <> 2
                            AND x.id = audience_there(a.document_id, p.id, a.group_id))
                    THEN 'parent-private' END AS fault
          FROM unnest(ids) WITH ORDINALITY w (id, place)
          LEFT JOIN annotation a ON a.id = w.id AND a.author_id = writer
          LEFT JOIN document d ON d.id = a.document_id
          LEFT JOIN annotation p ON p.document_id = a.document_id AND p.id = a.parent_id) q
     WHERE q.fault IS NOT NULL ORDER BY q.place;
END $$;

-- May this user decide what only a text's owner does? Where that account has been erased, those who manage
-- the texts of its home group, who have one of the roles, stand in.
DROP FUNCTION owns_text(uuid, uuid);
CREATE FUNCTION owns_text(about uuid, who uuid, roles text[]) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM document d JOIN users o ON o.id = d.owner_id
                    WHERE d.id = about
                      AND (o.id = who
                           OR o.state = 'erased'
                              AND EXISTS (SELECT FROM member m
                                           WHERE m.group_id = d.group_id AND m.user_id = who
                                             AND m.role = ANY (roles))));
END $$;
