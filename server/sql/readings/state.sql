-- How a group reads a text, and what that means for one reader. Their pass is as it is now, which in a
-- batch is later than the request's.
-- $1 group uuid, $2 document uuid, $3 reader uuid, $4 their pass integer[] (who may not read the group
-- gets no row)
-- No row: the group does not read such a text. Answers is_set, the rule, revealed_at; is_revealed and
-- own, the reader's annotations that count; is_counted where the rule is for them; revision_id, the
-- text's current one.
SELECT r.group_id IS NOT NULL AS is_set, r.own_count, coalesce(r.by_reader, false) AS by_reader,
       r.due_at, r.revealed_at,
       coalesce(r.sealed_id = ANY (reads_of($3::uuid)), false) AS is_revealed,
       CASE WHEN r.sealed_id IS NULL THEN 0 ELSE own_sealed(r.sealed_id, d.id, $3::uuid) END AS own,
       EXISTS (SELECT FROM member m WHERE m.group_id = $1::uuid AND m.user_id = $3::uuid
                                      AND m.role = 'member') AS is_counted,
       d.current_revision_id AS revision_id
  FROM document d
  JOIN audience x ON x.group_id = $1::uuid AND x.class = 0 AND x.id = ANY ($4::integer[])
  LEFT JOIN reading r ON r.group_id = $1::uuid AND r.document_id = d.id
 WHERE d.id = $2::uuid AND reads_text($1::uuid, d.id);
