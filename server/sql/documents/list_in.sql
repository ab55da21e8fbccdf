-- Lets a further group read a text: its owner and the owners of its home group may, where they may put
-- a text (may_put.sql). Its home, and a group that lists it already, stay as they are.
-- $1 id uuid, $2 user uuid, $3 group uuid, $4 roles that manage its home's texts text[]
WITH target AS MATERIALIZED (
    SELECT d.id, d.group_id, d.owner_id = $2
           OR EXISTS (SELECT 1 FROM member m WHERE m.group_id = d.group_id AND m.user_id = $2
                                               AND m.role = ANY ($4::text[])) AS may
      FROM document d WHERE d.id = $1 AND d.kind = 'text' AND d.deleted_at IS NULL
       FOR UPDATE OF d
), listed AS (
    INSERT INTO listing (document_id, group_id, audience_id, added_by)
    SELECT t.id, x.group_id, x.id, $2
      FROM target t, audience x
     WHERE t.may AND x.class = 0 AND x.group_id <> t.group_id
       AND x.group_id = $3::uuid
        ON CONFLICT ON CONSTRAINT listing_pkey DO NOTHING
    RETURNING document_id, group_id, audience_id
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT document_id, 'document.listed', group_id, audience_id, document_id, $2 FROM listed
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM target) THEN refuse('not-found')
            WHEN NOT (SELECT may FROM target) THEN refuse('not-allowed')
            ELSE true END AS done;
