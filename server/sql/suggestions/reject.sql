-- Rejects a suggestion, as one who may edit the text.
-- A batch: annotations/lock, annotations/lock_thread, this, annotations/find.
-- $1 user uuid, $2 the user's true pass integer[], $3 document uuid, $4 annotation uuid, $5 version integer
-- (as read), $6 reason text or null, $7 roles that manage its home's texts text[]
-- No row: it has changed since, has been decided on, or is not theirs to see. Refuses: not-allowed.
-- Answers id.
WITH fit AS (
    SELECT a.*, s.replacement, x.class, clock_timestamp() AS at
      FROM annotation a
      JOIN suggestion s ON s.document_id = a.document_id AND s.annotation_id = a.id AND s.state = 'open'
      JOIN audience x ON x.id = a.audience_id
      JOIN document d ON d.id = a.document_id
     WHERE a.document_id = $3::uuid AND a.id = $4::uuid AND a.version = $5::integer AND a.deleted_at IS NULL
\ir ../annotations/visible.part
       AND (d.owner_id = $1
            OR EXISTS (SELECT FROM member m WHERE m.group_id = d.group_id AND m.user_id = $1
                                              AND m.role = ANY ($7::text[]))
            OR refuse('not-allowed'))
),
\ir decided.part
, decided AS (
    UPDATE suggestion s SET state = 'rejected', decided_by = $1::uuid, decided_at = f.at,
           decided_mask_id = (SELECT CASE WHEN d.owner_id = $1::uuid THEN d.mask_id
                                          ELSE mask_of(d.group_id, $1::uuid) END
                                FROM document d WHERE d.id = $3::uuid), reason = $6::text
      FROM fit f WHERE s.document_id = f.document_id AND s.annotation_id = f.id
)
SELECT c.id FROM changed c;
