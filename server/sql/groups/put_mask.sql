-- Puts a mask on, or gives it another name, after lock.sql. Words that were written under it have the new
-- name too. No user of the server may be called so: of the group's alone it would tell who is in it.
-- Names that readers take for each other are one (name_as_seen).
-- Refused: not-allowed, mask-taken.
-- $1 group, $2 user, $3 roles that may, $4 id of a new one, $5 name
WITH me AS (
    SELECT g.id FROM groups g JOIN member m ON m.group_id = g.id
     WHERE g.id = $1::uuid AND g.kind = 'group' AND g.deleted_at IS NULL
       AND m.user_id = $2::uuid AND m.role = ANY ($3::text[])
), taken AS (
    SELECT FROM mask k WHERE k.group_id = $1::uuid AND k.user_id <> $2::uuid
       AND name_as_seen(k.name) = name_as_seen($5::text)
    UNION ALL
    SELECT FROM users u WHERE u.id <> $2::uuid AND u.state <> 'erased'
       AND name_as_seen(u.name) = name_as_seen($5::text)
    UNION ALL
    SELECT FROM users u WHERE u.id <> $2::uuid AND u.state <> 'erased'
       AND name_as_seen(u.display_name) = name_as_seen($5::text)
), put AS (
    INSERT INTO mask AS k (id, group_id, user_id, name)
    SELECT $4::uuid, me.id, $2::uuid, $5::text FROM me WHERE NOT EXISTS (SELECT FROM taken)
        ON CONFLICT ON CONSTRAINT mask_of_member DO UPDATE SET name = EXCLUDED.name, worn = true
    RETURNING k.id, k.group_id, k.name, k.worn
), noticed AS ( -- also what is told by their own name, but only where they wear none
    UPDATE server SET names = names + 1
     WHERE EXISTS (SELECT FROM put p LEFT JOIN mask k ON k.id = p.id
                    WHERE k.id IS NULL OR NOT k.worn OR k.name <> p.name)
), told AS ( -- of the mask, not of who wears it
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'mask.updated', p.group_id, x.id, p.id
      FROM put p JOIN audience x ON x.group_id = p.group_id AND x.class = 0
)
SELECT p.id, p.name, p.worn,
       CASE WHEN NOT EXISTS (SELECT FROM me) THEN refuse('not-allowed')
            WHEN EXISTS (SELECT FROM taken) THEN refuse('mask-taken') END AS done
  FROM (SELECT 1) one LEFT JOIN put p ON true
