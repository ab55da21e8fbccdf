-- Undoes the deletion of a text; its owner and the owners of its home group may. Nothing happens to
-- one that is not deleted, or not theirs. Refuses with conflict where its group is gone.
-- $1 id uuid, $2 user uuid, $3 roles that manage its home's texts text[]
WITH target AS MATERIALIZED (
    SELECT d.id, d.group_id
      FROM document d
     WHERE d.id = $1 AND d.kind = 'text' AND d.deleted_at IS NOT NULL
       AND (d.owner_id = $2
           OR EXISTS (SELECT 1 FROM member m WHERE m.group_id = d.group_id AND m.user_id = $2
                                               AND m.role = ANY ($3::text[])))
       FOR UPDATE OF d
), changed AS (
    UPDATE document d
       SET deleted_at = NULL, version = d.version + 1, updated_at = clock_timestamp()
      FROM target t, groups g
     WHERE d.id = t.id AND g.id = t.group_id AND g.deleted_at IS NULL
    RETURNING d.id, d.group_id, d.audience_id
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT c.id, 'document.restored', r.group_id, r.audience_id, c.id, $2
      FROM changed c CROSS JOIN LATERAL (
            SELECT c.group_id, c.audience_id
             UNION ALL
            SELECT l.group_id, l.audience_id FROM listing l WHERE l.document_id = c.id) r
)
SELECT CASE WHEN EXISTS (SELECT FROM target) AND NOT EXISTS (SELECT FROM changed)
            THEN refuse('conflict') ELSE true END AS done;
