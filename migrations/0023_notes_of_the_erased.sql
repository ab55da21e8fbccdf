-- What somebody said of their revisions goes with their account, and what anybody said of those of texts that
-- go with it.

SET LOCAL search_path TO gloss;

CREATE INDEX revision_noted ON revision (author_id) WHERE note IS NOT NULL;

CREATE OR REPLACE FUNCTION forget_texts(ids uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gloss, pg_temp AS $$
DECLARE
    noted record;
BEGIN
    DELETE FROM revision_text t USING document d JOIN users u ON u.id = d.owner_id
     WHERE d.id = ANY (ids) AND d.deleted_at IS NOT NULL AND u.state = 'erased'
       AND t.document_id = d.id;
    -- looked for first: who has said nothing does not wait for those who write revisions
    FOR noted IN
        SELECT r.document_id, r.id FROM revision r JOIN document d ON d.id = r.document_id
          JOIN users u ON u.id = d.owner_id
         WHERE d.id = ANY (ids) AND d.deleted_at IS NOT NULL AND u.state = 'erased' AND r.note IS NOT NULL
         UNION
        SELECT r.document_id, r.id FROM revision r JOIN users u ON u.id = r.author_id
         WHERE u.state = 'erased' AND u.updated_at >= now() - interval '10 minutes' AND r.note IS NOT NULL
    LOOP
        UPDATE revision r SET note = NULL WHERE r.document_id = noted.document_id AND r.id = noted.id;
    END LOOP;
    UPDATE moderation_entry e SET note = NULL FROM users u
     WHERE u.state = 'erased' AND u.updated_at >= now() - interval '10 minutes'
       AND e.author_id = u.id AND e.note IS NOT NULL;
END $$;

-- As before, with what was said of revisions that were still on their way.
CREATE OR REPLACE FUNCTION erase_late_words() RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
BEGIN
    PERFORM forget_texts('{}');
    RETURN (SELECT sum(erase_words(u.id)) FROM users u
             WHERE u.state = 'erased' AND u.updated_at > now() - interval '10 minutes'
               AND (EXISTS (SELECT FROM annotation a WHERE a.author_id = u.id AND a.deleted_at IS NULL)
                    OR EXISTS (SELECT FROM reaction r WHERE r.user_id = u.id AND r.what > 0)));
END $$;

UPDATE revision r SET note = NULL FROM users u
 WHERE u.id = r.author_id AND u.state = 'erased' AND r.note IS NOT NULL;
