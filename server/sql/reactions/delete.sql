-- Takes a reader's reaction back. Repeating it changes nothing. A batch: annotations/lock,
-- annotations/lock_thread, this, annotations/find.
-- $1 document uuid, $2 annotation uuid, $3 reader uuid, $4 what integer
-- Answers the audience_id it had; no row when there was none.
WITH gone AS (
    DELETE FROM reaction r
     WHERE r.document_id = $1::uuid AND r.annotation_id = $2::uuid AND r.user_id = $3::uuid
       AND r.what = $4::integer
    RETURNING r.what, r.audience_id
), counted AS (
    UPDATE annotation a SET tally = tally_add(a.tally, g.audience_id, g.what, -1) FROM gone g
     WHERE a.document_id = $1::uuid AND a.id = $2::uuid
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, holder_id, subject_id, actor_id)
    SELECT $1::uuid, 'reaction.removed', x.group_id, g.audience_id,
           CASE WHEN x.class = 0 THEN '00000000-0000-0000-0000-000000000000' ELSE $3::uuid END,
           $2::uuid, $3::uuid
      FROM gone g JOIN audience x ON x.id = g.audience_id
)
SELECT g.audience_id FROM gone g;
