-- A new revision, with its text and its anchors stored before, becomes that which readers see. A batch:
-- documents/insert_revision, documents/insert_text, documents/hold, documents/carry_anchors, this. All
-- who read the text learn of it; so does every shelf that lies on it, because the places have changed.
-- $1 document uuid, $2 revision uuid, $3 base uuid, $4 user uuid,
-- $5 roles that manage its home's texts text[]
-- Refuses: revision-moved (the base is not the current one any more), not-allowed, anchors-missing (one
-- has come meanwhile, or was changed).
WITH target AS MATERIALIZED (
    SELECT d.id, d.group_id, d.audience_id
      FROM document d
     WHERE d.id = $1::uuid
       AND CASE WHEN d.deleted_at IS NOT NULL OR d.current_revision_id IS DISTINCT FROM $3::uuid
                THEN refuse('revision-moved')
                WHEN d.owner_id = $4 OR EXISTS (SELECT 1 FROM member m
                          WHERE m.group_id = d.group_id AND m.user_id = $4
                            AND m.role = ANY ($5::text[])) THEN true
                ELSE refuse('not-allowed') END
       AND (NOT EXISTS (
\ir not_carried.part
           )
            OR refuse('anchors-missing'))
), changed AS (
    UPDATE document d
       SET current_revision_id = $2::uuid, version = d.version + 1, updated_at = clock_timestamp()
      FROM target t WHERE d.id = t.id
    RETURNING d.id, d.group_id, d.audience_id
), shelves AS (
    SELECT s.audience_id, s.holder_id FROM shelf s WHERE s.document_id = $1::uuid
     UNION
    SELECT e.audience_id, e.holder_id FROM event e, fold f
     WHERE e.document_id = $1::uuid AND e.xid >= f.xid AND e.audience_id IS NOT NULL
), told AS (
    INSERT INTO event (document_id, ordinal, kind, group_id, audience_id, holder_id, subject_id, actor_id)
    SELECT q.document_id, (SELECT event_ordinal()) + (row_number() OVER ())::integer - 1, q.kind,
           q.group_id, q.audience_id, q.holder_id, q.subject_id, $4::uuid
      FROM (
            SELECT c.id AS document_id, 'document.revised' AS kind, r.group_id, r.audience_id,
                   uuid '00000000-0000-0000-0000-000000000000' AS holder_id, $2::uuid AS subject_id
              FROM changed c CROSS JOIN LATERAL (
                    SELECT c.group_id, c.audience_id
                     UNION ALL
                    SELECT l.group_id, l.audience_id FROM listing l WHERE l.document_id = c.id) r
             UNION ALL
            SELECT c.id, 'anchors.carried', x.group_id, s.audience_id, s.holder_id, $2::uuid
              FROM changed c CROSS JOIN shelves s JOIN audience x ON x.id = s.audience_id
           ) q
)
SELECT CASE WHEN EXISTS (SELECT FROM changed) THEN true ELSE refuse('revision-moved') END AS done;
