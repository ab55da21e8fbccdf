-- The flags that wait in a group, newest first, but for those on the leader's own words.
-- $1 leader uuid, $2 reads integer[], $3 group uuid, $4 limit integer, the cursor of the last row before
-- or null: $5 time timestamptz, $6 flag uuid
-- Rows that the door checks one by one (door_admits, of the annotation): author_id, audience_id, also;
-- and id, annotation_id, document_id, reason, note, created_at, and by whom.
SELECT a.author_id, a.audience_id, a.also, f.id, f.annotation_id, f.document_id, f.reason, f.note,
       f.created_at, f.settled_at,
\ir flagger.part
  FROM flag f
  JOIN annotation a ON a.document_id = f.document_id AND a.id = f.annotation_id
\ir flagger_joins.part
 WHERE f.group_id = $3::uuid AND f.settled_at IS NULL AND a.deleted_at IS NULL
   AND a.author_id <> $1::uuid
\ir ../annotations/visible.part
   AND (f.created_at, f.id) < (coalesce($5::timestamptz, 'infinity'),
                               coalesce($6::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
 ORDER BY f.created_at DESC, f.id DESC LIMIT $4::integer;
