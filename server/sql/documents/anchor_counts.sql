-- How many annotations, of those that the reader may see, stand how in a revision of a text that they may
-- read. Tombstones do not count, nor do those whom the reader does not read.
-- $1 reader uuid, $2 reads integer[], $3 document uuid, $4 revision uuid, $5 muted uuid[] or null
-- Rows for door_admits(): author_id (the reader, or nil), audience_id, also; state, n.
SELECT CASE WHEN a.author_id = $1::uuid THEN a.author_id
            ELSE '00000000-0000-0000-0000-000000000000' END AS author_id,
       a.audience_id, a.also, n.state, count(*)::integer AS n
  FROM (SELECT n.annotation_id, n.state FROM anchor n
         WHERE n.document_id = $3::uuid AND n.revision_id = $4::uuid AND n.start_chars IS NOT NULL
         UNION ALL
        SELECT n.annotation_id, n.state FROM anchor n
         WHERE n.document_id = $3::uuid AND n.revision_id = $4::uuid AND n.start_chars IS NULL) n
 CROSS JOIN LATERAL (SELECT a.author_id, a.mask_id, a.audience_id, a.also, a.deleted_at FROM annotation a
                      WHERE a.document_id = $3::uuid AND a.id = n.annotation_id LIMIT 1) a
 WHERE a.deleted_at IS NULL
   AND ($5::uuid[] IS NULL OR coalesce(a.mask_id, a.author_id) <> ALL ($5))
\ir ../annotations/visible.part
 GROUP BY 1, 2, 3, 4;
