-- Changes name and description. Refused when another change came first: stale.
-- $1 group, $2 actor, $3 roles that may, $4 the version it is made for, $5 name,
-- $6 description
WITH changed AS (
    UPDATE groups g
       SET name = $5::text, description = $6::text, version = version + 1, updated_at = now()
      FROM member m
     WHERE g.id = $1::uuid AND g.deleted_at IS NULL AND g.version = $4::integer
       AND m.group_id = g.id AND m.user_id = $2::uuid AND m.role = ANY ($3::text[])
    RETURNING g.id
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'group.updated', c.id, x.id, c.id, $2::uuid
      FROM changed c JOIN audience x ON x.group_id = c.id AND x.class = 0
)
SELECT refuse('stale') WHERE NOT EXISTS (SELECT FROM changed)
