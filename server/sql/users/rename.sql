-- Another display name. The same columns as me.sql.
-- $1 user, $2 display name; null: as it is
WITH renamed AS (
    UPDATE users SET display_name = $2::text, version = version + 1, updated_at = now()
     WHERE id = $1::uuid AND display_name <> $2::text
    RETURNING id, name, display_name, admin, own_group_id, created_at, version
), noticed AS (
    UPDATE server SET names = names + 1 FROM renamed
), told AS (
    INSERT INTO event (document_id, kind, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'user.updated', id, id FROM renamed
)
SELECT * FROM renamed
UNION ALL
SELECT id, name, display_name, admin, own_group_id, created_at, version
  FROM users WHERE id = $1::uuid AND NOT EXISTS (SELECT FROM renamed)
