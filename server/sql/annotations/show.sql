-- Shows an annotation of one's own in further groups too. A batch: annotations/lock_groups,
-- [annotations/insert, or annotations/lock_thread], this, annotations/find.
-- $1 document uuid, $2 id uuid, $3 author uuid, $4 the author's true pass integer[], $5 groups uuid[]
-- Refuses: not-found; `shown 2 unknown`: the place of the group (from 1; 0: the annotation) and a word;
-- `shown 0 left`: its author does not read its home any more.
SELECT show_annotation($1::uuid, $2::uuid, $3::uuid, $4::integer[], $5::uuid[])
 WHERE CASE WHEN EXISTS (SELECT FROM annotation a
                          WHERE a.document_id = $1::uuid AND a.id = $2::uuid AND a.author_id = $3::uuid
                            AND NOT EXISTS (SELECT FROM audience x
                                             WHERE x.group_id = a.group_id AND x.class = 0
                                               AND x.id = ANY ($4::integer[])))
            THEN refuse('shown 0 left') ELSE true END;
