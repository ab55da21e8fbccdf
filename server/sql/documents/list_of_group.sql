-- The texts that a group reads, for who reads in it, in its order: those with a place first, then the
-- others, newest first: a place is a time to come. Ids alone, which find.sql looks up.
-- $1 reads int[], $2 group uuid, $3 sort_at and $4 id of the row to go on after, or null, $5 how many int
SELECT q.id, q.sort_at
  FROM (SELECT d.id, coalesce(timestamptz '9000-01-01 00:00:00+00' - o.position * interval '1 second',
                              d.created_at) AS sort_at
          FROM (SELECT h.id FROM document h
                 WHERE h.group_id = $2::uuid AND h.audience_id = ANY ($1::integer[])
                UNION
                SELECT l.document_id FROM listing l
                 WHERE l.group_id = $2::uuid AND l.audience_id = ANY ($1::integer[])) k
          JOIN document d ON d.id = k.id AND d.kind = 'text' AND d.deleted_at IS NULL
          LEFT JOIN text_order o ON o.group_id = $2::uuid AND o.document_id = d.id) q
 WHERE $3::timestamptz IS NULL OR (q.sort_at, q.id) < ($3, $4::uuid)
 ORDER BY q.sort_at DESC, q.id DESC LIMIT $5::integer;
