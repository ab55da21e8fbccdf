-- Changes what a text is called, in the version that was read before. Its owner and who manages the texts
-- of its home group may. All who read it learn of it.
-- $1 id uuid, $2 user uuid, $3 version integer, $4 a title is given boolean, $5 title text,
-- $6 a language is given boolean, $7 language text or null, $8 roles that manage its home's texts text[]
WITH target AS MATERIALIZED (
    SELECT d.id, d.owner_id = $2
           OR EXISTS (SELECT 1 FROM member m WHERE m.group_id = d.group_id AND m.user_id = $2
                                               AND m.role = ANY ($8::text[])) AS may
      FROM document d
     WHERE d.id = $1 AND d.version = $3::integer AND d.kind = 'text' AND d.deleted_at IS NULL
       FOR UPDATE OF d
), changed AS (
    UPDATE document d
       SET title = CASE WHEN $4::boolean THEN $5 ELSE d.title END,
           language = CASE WHEN $6::boolean THEN $7 ELSE d.language END,
           version = d.version + 1, updated_at = clock_timestamp()
      FROM target t WHERE d.id = t.id AND t.may
    RETURNING d.id, d.group_id, d.audience_id
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT c.id, 'document.updated', r.group_id, r.audience_id, c.id, $2
      FROM changed c CROSS JOIN LATERAL (
            SELECT c.group_id, c.audience_id
             UNION ALL
            SELECT l.group_id, l.audience_id FROM listing l WHERE l.document_id = c.id) r
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM target) THEN refuse('precondition-failed')
            WHEN NOT (SELECT may FROM target) THEN refuse('not-allowed')
            ELSE true END AS done;
