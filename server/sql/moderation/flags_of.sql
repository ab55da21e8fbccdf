-- The first flags that wait on each of some annotations of a group, newest first: for the queue, whose
-- rows the door has let through.
-- $1 leader uuid, $2 group uuid, the annotations: $3 documents uuid[], $4 ids uuid[]
SELECT a.id AS annotation_id, f.document_id, f.id, f.reason, f.note, f.created_at, f.settled_at,
\ir flagger.part
  FROM unnest($3::uuid[], $4::uuid[]) AS a (document_id, id)
 CROSS JOIN LATERAL (
       SELECT f.* FROM flag f
        WHERE f.document_id = a.document_id AND f.annotation_id = a.id AND f.group_id = $2::uuid AND f.settled_at IS NULL
        ORDER BY f.created_at DESC, f.id DESC LIMIT 20) f
\ir flagger_joins.part
 ORDER BY a.id, f.created_at DESC, f.id DESC;
