-- Something has happened to a group, and those who read it may know.
-- $1 kind of the event, $2 group, $3 whom or what it is about, $4 who did it
INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
SELECT '00000000-0000-0000-0000-000000000000', $1::text, x.group_id, x.id, $3::uuid, $4::uuid
  FROM audience x WHERE x.group_id = $2::uuid AND x.class = 0
