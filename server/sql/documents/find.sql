-- Texts as they are shown, of those ids that this reader may read, in the order of the ids.
-- Rows for door_admits_text() and door_putter(); `audiences`: those that let them read it.
-- $1 reader uuid, $2 reads int[], $3 ids uuid[], $4 roles that manage its home's texts text[]
SELECT d.id, d.group_id, d.owner_id,
\ir putter.part
       , d.title, d.language, d.version, d.created_at, d.updated_at, names.audiences,
       ARRAY(SELECT a.uri FROM document_address a
              WHERE a.document_id = d.id ORDER BY a.position, a.uri) AS uris,
       d.owner_id = $1 OR EXISTS (SELECT 1 FROM member m WHERE m.group_id = d.group_id AND m.user_id = $1
                                                          AND m.role = ANY ($4::text[])) AS may_edit,
       d.annotating,
       CASE WHEN d.annotating = 'groups' THEN ARRAY(
            SELECT w.group_id::text FROM document_writer w
             WHERE w.document_id = d.id
               AND (d.owner_id = $1 OR EXISTS (SELECT FROM audience x
                     WHERE x.group_id = w.group_id AND x.class = 0 AND x.id = ANY ($2::integer[])))
             ORDER BY w.group_id) ELSE '{}' END AS writers,
       r.id AS revision_id, r.number, r.chars, r.sha256, r.format, r.note,
       r.created_at AS revision_created_at
  FROM unnest($3::uuid[]) WITH ORDINALITY AS wanted (id, place)
  JOIN document d ON d.id = wanted.id AND d.kind = 'text'
  JOIN revision r ON r.document_id = d.id AND r.id = d.current_revision_id
 CROSS JOIN LATERAL (SELECT d.owner_id AS id, d.mask_id) who
\ir putter_joins.part
 WHERE d.deleted_at IS NULL AND (d.owner_id = $1 OR cardinality(names.audiences) > 0)
 ORDER BY wanted.place;
