-- Its author says where an annotation stands in the current revision, or that its place is right, or that
-- it has none any more, as it was when the door let it through. What they say is confirmed. Whoever sees
-- it learns of it.
-- A batch: annotations/lock, this, annotations/find.
-- $1 document uuid, $2 id uuid, $3 audience integer (as read), $4 author uuid, $5 revision uuid,
-- $6 how text (keep, place, gone), for a place: $7 start integer, $8 end integer, $9 state text
-- Refuses: revision-moved (it is not the current one), gone (there is no place to be kept).
-- No row: it has changed since, or is not the author's.
WITH was AS MATERIALIZED (
    SELECT a.*, d.current_revision_id IS DISTINCT FROM $5::uuid AS has_moved
      FROM annotation a JOIN document d ON d.id = a.document_id
     WHERE a.document_id = $1::uuid AND a.id = $2::uuid AND a.audience_id = $3::integer
       AND a.author_id = $4::uuid AND a.deleted_at IS NULL
), fit AS MATERIALIZED (
    SELECT w.* FROM was w WHERE NOT w.has_moved OR refuse('revision-moved')
), stood AS MATERIALIZED (
    SELECT f.id, n.start_chars FROM fit f
      JOIN anchor n ON n.document_id = $1::uuid AND n.annotation_id = f.id AND n.revision_id = $5::uuid
), fits AS MATERIALIZED (
    SELECT s.id FROM stood s WHERE $6::text <> 'keep' OR s.start_chars IS NOT NULL OR refuse('gone')
), put AS (
    UPDATE anchor n
       SET start_chars = CASE $6::text WHEN 'place' THEN $7::integer WHEN 'keep' THEN n.start_chars END,
           end_chars = CASE $6::text WHEN 'place' THEN $8::integer WHEN 'keep' THEN n.end_chars END,
           state = CASE $6::text WHEN 'place' THEN $9::text WHEN 'keep' THEN n.state ELSE 'gone' END,
           score = CASE $6::text WHEN 'place' THEN 1 WHEN 'keep' THEN n.score ELSE 0 END,
           confirmed_at = clock_timestamp()
      FROM fits f
     WHERE n.document_id = $1::uuid AND n.annotation_id = f.id AND n.revision_id = $5::uuid
    RETURNING n.annotation_id
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, holder_id, subject_id, actor_id)
    SELECT f.document_id, 'annotation.anchored', x.group_id, x.id,
           CASE WHEN x.class = 0 THEN '00000000-0000-0000-0000-000000000000' ELSE f.author_id END,
           f.id, f.author_id
      FROM fit f JOIN put p ON p.annotation_id = f.id
      JOIN audience x ON x.id = f.audience_id OR x.id = ANY (f.also)
)
SELECT p.annotation_id AS id FROM put p;
