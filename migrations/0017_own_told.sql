-- What reading one annotation tells of its reader's own replies and reactions, in functions: sub-selects
-- cost each reading the opening of their tables, though nothing hangs on most.

SET LOCAL search_path TO gloss;

-- The audiences of what reader has said below note where others do not read it.
CREATE FUNCTION own_replies_told(about uuid, thread uuid, note uuid, reader uuid) RETURNS integer[]
    LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(SELECT r.audience_id FROM gloss.annotation r
                  WHERE r.document_id = about AND r.thread_id = thread
                    AND r.author_id = reader AND r.parent_id IS NOT NULL AND NOT r.open
                    AND r.deleted_at IS NULL AND note = ANY (r.ancestors));
END $$;

-- The reader's reactions to note, or their audiences, in the same order.
CREATE FUNCTION own_reactions_told(about uuid, note uuid, reader uuid, audiences boolean) RETURNS integer[]
    LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(SELECT CASE WHEN audiences THEN r.audience_id ELSE r.what END FROM gloss.reaction r
                  WHERE r.document_id = about AND r.annotation_id = note
                    AND r.user_id = reader ORDER BY r.what);
END $$;
