-- Accepts suggestions into a revision that is being made of them: what each suggested stands where it was
-- put, and its author's note with it. Comes behind the calls of a new revision, which hold the document.
-- $1 user uuid, $2 the user's true pass integer[], $3 document uuid, $4 revision uuid; an entry each:
-- $5 annotations uuid[], $6 versions integer[] (as read), $7 starts integer[], $8 ends integer[]
-- (characters; the same: it is taken out)
-- Refuses: suggestion-moved (one has changed since, has been decided on, or is not theirs to see).
-- Answers how many.
WITH fit AS (
    SELECT a.*, s.replacement, x.class, q.start_chars, q.end_chars, clock_timestamp() AS at
      FROM unnest($5::uuid[], $6::integer[], $7::integer[], $8::integer[])
           AS q (asked, asked_version, start_chars, end_chars)
      LEFT JOIN annotation a ON a.document_id = $3::uuid AND a.id = q.asked AND a.version = q.asked_version
                            AND a.deleted_at IS NULL
\ir ../annotations/visible.part
      LEFT JOIN suggestion s ON s.document_id = a.document_id AND s.annotation_id = a.id
                            AND s.state = 'open'
      LEFT JOIN audience x ON x.id = a.audience_id
     WHERE s.annotation_id IS NOT NULL OR refuse('suggestion-moved')
),
\ir decided.part
, decided AS (
    UPDATE suggestion s
       SET state = 'accepted', decided_by = $1::uuid, decided_at = f.at,
           decided_mask_id = (SELECT CASE WHEN d.owner_id = $1::uuid THEN d.mask_id
                                          ELSE mask_of(d.group_id, $1::uuid) END
                                FROM document d WHERE d.id = $3::uuid), revision_id = $4::uuid
      FROM fit f WHERE s.document_id = f.document_id AND s.annotation_id = f.id
), placed AS (
    UPDATE anchor n
       SET start_chars = CASE WHEN f.start_chars < f.end_chars THEN f.start_chars END,
           end_chars = CASE WHEN f.start_chars < f.end_chars THEN f.end_chars END,
           state = CASE WHEN f.start_chars < f.end_chars THEN 'changed' ELSE 'gone' END,
           score = CASE WHEN f.start_chars < f.end_chars THEN 1 ELSE 0 END, confirmed_at = f.at
      FROM fit f
     WHERE n.document_id = f.document_id AND n.annotation_id = f.id AND n.revision_id = $4::uuid
)
SELECT count(*)::integer AS accepted FROM changed;
