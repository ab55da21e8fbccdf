-- The order of a group's texts, after groups/lock.sql: those named, in this order; the others have no
-- place. One that the group does not read is passed over.
-- $1 group uuid, $2 actor uuid, $3 roles that may text[], $4 ids uuid[]
WITH may AS (
    SELECT g.id FROM groups g JOIN member m ON m.group_id = g.id
     WHERE g.id = $1::uuid AND g.deleted_at IS NULL AND m.user_id = $2::uuid AND m.role = ANY ($3::text[])
), given AS (
    SELECT w.id, w.place::integer FROM unnest($4::uuid[]) WITH ORDINALITY w (id, place)
      JOIN document d ON d.id = w.id AND d.kind = 'text' AND d.deleted_at IS NULL
     WHERE EXISTS (SELECT FROM may)
       AND (d.group_id = $1::uuid
            OR EXISTS (SELECT FROM listing l WHERE l.document_id = d.id AND l.group_id = $1::uuid))
), gone AS (
    DELETE FROM text_order o USING may m
     WHERE o.group_id = m.id AND NOT EXISTS (SELECT FROM given g WHERE g.id = o.document_id)
), put AS (
    INSERT INTO text_order (group_id, document_id, position)
    SELECT $1::uuid, g.id, g.place FROM given g
        ON CONFLICT ON CONSTRAINT text_order_pkey DO UPDATE SET position = EXCLUDED.position
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'group.texts_ordered', m.id, x.id, m.id, $2::uuid
      FROM may m JOIN audience x ON x.group_id = m.id AND x.class = 0
)
SELECT refuse('not-allowed') WHERE NOT EXISTS (SELECT FROM may);
