-- Where the annotations lie that a group has written on a text, or is shown there, as far as the reader
-- may see them: the newest ones, in the order of the text. No replies, nothing without a place in the
-- revision.
-- $1 reader uuid, $2 reads integer[], $3 document uuid, $4 group uuid, $5 revision uuid,
-- $6 muted uuid[] or null, $7 limit integer
-- Rows that the door checks one by one (door_admits, door_author); beside their columns id, start_chars,
-- end_chars.
WITH shelf AS MATERIALIZED (
    SELECT x.id FROM audience x
     WHERE x.group_id = $4::uuid AND x.id = ANY ($2::integer[])
       AND (x.class = 0 OR x.class = 3 AND x.document_id = $3::uuid)
), newest AS MATERIALIZED (
    SELECT q.id, q.created_at FROM (
        (SELECT b.id, b.created_at FROM shelf s CROSS JOIN LATERAL (
            SELECT a.id, a.created_at FROM annotation a
             WHERE a.document_id = $3::uuid AND a.audience_id = s.id AND a.parent_id IS NULL
               AND a.deleted_at IS NULL
               AND ($6::uuid[] IS NULL OR coalesce(a.mask_id, a.author_id) <> ALL ($6))
             ORDER BY a.created_at DESC, a.id DESC LIMIT $7::integer) b)
        UNION
        (SELECT b.id, b.created_at FROM shelf s CROSS JOIN LATERAL (
            SELECT w.annotation_id AS id, w.created_at FROM showing w
              JOIN annotation a ON a.document_id = w.document_id AND a.id = w.annotation_id
             WHERE w.document_id = $3::uuid AND w.audience_id = s.id AND a.parent_id IS NULL
               AND a.deleted_at IS NULL
               AND ($6::uuid[] IS NULL OR coalesce(a.mask_id, a.author_id) <> ALL ($6))
             ORDER BY w.created_at DESC, w.annotation_id DESC LIMIT $7::integer) b)
    ) q ORDER BY q.created_at DESC, q.id DESC LIMIT $7::integer
)
SELECT a.id,
\ir ../annotations/author.part
     , a.audience_id, a.also, n.start_chars, n.end_chars
  FROM newest k
 CROSS JOIN LATERAL (SELECT * FROM annotation a
                      WHERE a.document_id = $3::uuid AND a.id = k.id LIMIT 1) a
 CROSS JOIN LATERAL (SELECT n.start_chars, n.end_chars FROM anchor n
                      WHERE n.document_id = a.document_id AND n.annotation_id = a.id
                        AND n.revision_id = $5::uuid LIMIT 1) n
\ir ../annotations/author_joins.part
 WHERE n.start_chars < n.end_chars
 ORDER BY n.start_chars, n.end_chars, a.id;
