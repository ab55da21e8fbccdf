-- What the muted have given is not counted, as what they have said is not; and why leaders took away what
-- somebody had written goes with the words.

SET LOCAL search_path TO gloss;

-- What those whom a reader does not read have said below note and given it, as far as these audiences show
-- it: each as two numbers, the audience, and what it is, as in the tally.
CREATE FUNCTION muted_told(about uuid, thread uuid, note uuid, reads integer[], muted uuid[]) RETURNS integer[]
    LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(SELECT v.v
                   FROM (SELECT r.audience_id, 0 AS what FROM gloss.annotation r
                          WHERE r.document_id = about AND r.thread_id = thread
                            AND r.parent_id IS NOT NULL AND r.deleted_at IS NULL
                            AND r.audience_id = ANY (reads)
                            AND coalesce(r.mask_id, r.author_id) = ANY (muted)
                            AND note = ANY (r.ancestors)
                         UNION ALL
                         SELECT r.audience_id, r.what::integer FROM gloss.reaction r
                          WHERE r.document_id = about AND r.annotation_id = note
                            AND r.audience_id = ANY (reads)
                            AND coalesce(r.mask_id, r.user_id) = ANY (muted)) m
                  CROSS JOIN LATERAL unnest(ARRAY[m.audience_id, m.what]) AS v (v));
END $$;

-- A reason may say as much as the words did that were taken away. That they were, and by whom, stays in the
-- group's log.

CREATE INDEX moderation_entry_with_reason ON moderation_entry (author_id) WHERE note IS NOT NULL;

-- What is kept of an account that has just ended, and nobody may see again: the words of texts that are
-- deleted for good, because their owner is, and the reasons that leaders gave for what they did to what
-- its user wrote. With its owner's rights: a revision and an entry of the log are not changed else.
CREATE OR REPLACE FUNCTION forget_texts(ids uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gloss, pg_temp AS $$
BEGIN
    DELETE FROM revision_text t USING document d JOIN users u ON u.id = d.owner_id
     WHERE d.id = ANY (ids) AND d.deleted_at IS NOT NULL AND u.state = 'erased'
       AND t.document_id = d.id;
    UPDATE moderation_entry e SET note = NULL FROM users u
     WHERE u.state = 'erased' AND u.updated_at >= now() - interval '10 minutes'
       AND e.author_id = u.id AND e.note IS NOT NULL;
END $$;

-- Of those who had gone before.
UPDATE moderation_entry e SET note = NULL FROM users u
 WHERE u.state = 'erased' AND e.author_id = u.id AND e.note IS NOT NULL;
