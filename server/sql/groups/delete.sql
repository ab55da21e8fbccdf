-- Dissolves a group that no text has its home in; refused (conflict) while one has. What else was
-- said in it stays with its authors. Refused when another change came first: stale.
-- $1 group, $2 actor, $3 roles that may, $4 the version it is made for
WITH gone AS (
    UPDATE groups g SET deleted_at = now(), version = version + 1, updated_at = now()
      FROM member m
     WHERE g.id = $1::uuid AND g.kind = 'group' AND g.deleted_at IS NULL AND g.version = $4::integer
       AND m.group_id = g.id AND m.user_id = $2::uuid AND m.role = ANY ($3::text[])
       AND NOT EXISTS (SELECT FROM document d WHERE d.group_id = $1::uuid AND d.deleted_at IS NULL)
    RETURNING g.id
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'group.deleted', c.id, x.id, c.id, $2::uuid
      FROM gone c JOIN audience x ON x.group_id = c.id AND x.class = 0
)
SELECT CASE WHEN EXISTS (SELECT FROM document d
                          WHERE d.group_id = $1::uuid AND d.deleted_at IS NULL)
            THEN refuse('conflict') ELSE refuse('stale') END
 WHERE NOT EXISTS (SELECT FROM gone)
