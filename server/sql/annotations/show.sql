-- Shows an annotation of one's own in further groups too. A batch: annotations/lock_groups,
-- [annotations/insert, or annotations/lock_thread], this, annotations/find.
-- $1 document uuid, $2 id uuid, $3 author uuid, $4 the author's true pass integer[], $5 groups uuid[]
-- Refuses: not-found; `shown 2 unknown`: the place of the group (from 1; 0: the annotation) and a word.
SELECT show_annotation($1::uuid, $2::uuid, $3::uuid, $4::integer[], $5::uuid[]);
