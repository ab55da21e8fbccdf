-- Says who may write on a text, in the version that was read before; its owner may (owns_text). All who
-- read it learn of it. A batch: documents/hold, this, annotations/settle_all.
-- $1 id uuid, $2 user uuid, $3 version integer, $4 annotating text (all, groups, none), $5 groups uuid[],
-- $6 the user's true pass integer[], $7 roles that manage its home's texts text[]
-- Refuses: precondition-failed, not-allowed, group-not-found (one of the groups that the user does not
-- know of).
WITH target AS (
    SELECT d.id, d.group_id, d.audience_id, owns_text(d.id, $2, $7::text[]) AS may
      FROM document d
     WHERE d.id = $1 AND d.version = $3::integer AND d.kind = 'text' AND d.deleted_at IS NULL
), named AS (
    SELECT DISTINCT n.id FROM unnest($5::uuid[]) AS n (id)
), known AS (
    SELECT t.* FROM target t
     WHERE NOT t.may
        OR NOT EXISTS (SELECT FROM named n
                        WHERE NOT EXISTS (SELECT FROM audience x
                              WHERE x.group_id = n.id AND x.class = 0 AND x.id = ANY ($6::integer[]))
                          AND NOT EXISTS (SELECT FROM document_writer w
                              WHERE w.document_id = $1::uuid AND w.group_id = n.id))
        OR refuse('group-not-found')
), changed AS (
    UPDATE document d
       SET annotating = $4::text, version = d.version + 1, updated_at = clock_timestamp()
      FROM known t WHERE d.id = t.id AND t.may
    RETURNING d.id, d.group_id, d.audience_id
), out AS (
    DELETE FROM document_writer w USING changed c
     WHERE w.document_id = c.id AND w.group_id NOT IN (SELECT n.id FROM named n)
), entered AS (
    INSERT INTO document_writer (document_id, group_id)
    SELECT c.id, n.id FROM changed c, named n
        ON CONFLICT ON CONSTRAINT document_writer_pkey DO NOTHING
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
