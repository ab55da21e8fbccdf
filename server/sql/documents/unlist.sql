-- Ends that a further group reads a text: its owner, the owners of its home group and those of the
-- group that lists it may. Where it is not listed nothing happens. A group that the user may not know
-- of is refused as not-found.
-- $1 id uuid, $2 user uuid, $3 reads int[], $4 group uuid, $5 roles that manage its home's texts
-- text[], $6 roles that order the other group's text[]
WITH place AS MATERIALIZED (
    SELECT g.id AS group_id
      FROM groups g JOIN audience x ON x.group_id = g.id AND x.class = 0
     WHERE g.deleted_at IS NULL AND x.id = ANY ($3::integer[])
       AND g.id = $4::uuid
), target AS MATERIALIZED (
    SELECT d.id, p.group_id, d.owner_id = $2
           OR EXISTS (SELECT 1 FROM member m WHERE m.group_id = d.group_id AND m.user_id = $2
                                               AND m.role = ANY ($5::text[]))
           OR EXISTS (SELECT 1 FROM member m WHERE m.group_id = p.group_id AND m.user_id = $2
                                               AND m.role = ANY ($6::text[])) AS may
      FROM document d, place p
     WHERE d.id = $1 AND d.kind = 'text' AND d.deleted_at IS NULL
), gone AS (
    DELETE FROM listing l USING target t
     WHERE t.may AND l.document_id = t.id AND l.group_id = t.group_id
    RETURNING l.document_id, l.group_id, l.audience_id
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT document_id, 'document.unlisted', group_id, audience_id, document_id, $2 FROM gone
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM target) THEN refuse('not-found')
            WHEN NOT (SELECT may FROM target) THEN refuse('not-allowed')
            ELSE true END AS done;
