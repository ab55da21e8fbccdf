-- Takes one's own flag back. Repeating it changes nothing.
-- $1 reader uuid, $2 document uuid, $3 annotation uuid
WITH gone AS (
    DELETE FROM flag f
     WHERE f.document_id = $2::uuid AND f.annotation_id = $3::uuid AND f.user_id = $1::uuid
    RETURNING f.group_id, f.settled_at
)
INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
SELECT '00000000-0000-0000-0000-000000000000', 'group.flagged', g.group_id,
       flag_audience(g.group_id, a.author_id), g.group_id, $1::uuid
  FROM gone g JOIN annotation a ON a.document_id = $2::uuid AND a.id = $3::uuid
 WHERE g.settled_at IS NULL;
