-- Takes a text away, in the version that was read before; restore.sql undoes it. Its owner and the
-- owners of its home group may.
-- $1 id uuid, $2 user uuid, $3 version integer, $4 roles that manage its home's texts text[]
WITH target AS MATERIALIZED (
    SELECT d.id, d.owner_id = $2
           OR EXISTS (SELECT 1 FROM member m WHERE m.group_id = d.group_id AND m.user_id = $2
                                               AND m.role = ANY ($4::text[])) AS may
      FROM document d
     WHERE d.id = $1 AND d.version = $3::integer AND d.kind = 'text' AND d.deleted_at IS NULL
       FOR UPDATE OF d
), changed AS (
    UPDATE document d
       SET deleted_at = clock_timestamp(), version = d.version + 1, updated_at = clock_timestamp()
      FROM target t WHERE d.id = t.id AND t.may
    RETURNING d.id, d.group_id, d.audience_id
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT c.id, 'document.deleted', r.group_id, r.audience_id, c.id, $2
      FROM changed c CROSS JOIN LATERAL (
            SELECT c.group_id, c.audience_id
             UNION ALL
            SELECT l.group_id, l.audience_id FROM listing l WHERE l.document_id = c.id) r
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM target) THEN refuse('precondition-failed')
            WHEN NOT (SELECT may FROM target) THEN refuse('not-allowed')
            ELSE true END AS done;
