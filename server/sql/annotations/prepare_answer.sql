-- Makes the audience of an answer that will lie between a leader and the author of what it answers, if
-- there is none yet. The first call of a batch that replies to what may be sealed.
-- $1 document uuid, $2 parent uuid, $3 group uuid or null (unknown: nothing is made), $4 author uuid
-- Answers `made`: rights have changed then.
SELECT prepare_answer($1::uuid, $2::uuid, $3::uuid, $4::uuid) AS made;
