-- Shows an annotation of one's own in a further group no more. A batch: annotations/lock_groups,
-- annotations/lock_thread, this.
-- $1 document uuid, $2 id uuid, $3 author uuid, $4 group uuid
-- Refuses: `shown 1 home`. Answers `gone`, false where it was not shown.
SELECT unshow_annotation($1::uuid, $2::uuid, $3::uuid, $4::uuid) AS gone;
