-- Pages elsewhere, of those ids that this reader may know of: those with an annotation that they may
-- see. A row for each audience that shows them some, and for their own that no audience does, because
-- a page's times are those of the annotations that are seen. Tombstones do not count: that one stays
-- tells of replies that not everybody may see.
-- $1 reader uuid, $2 reads int[], $3 ids uuid[]
-- Rows for door_admits(): author_id, audience_id, also.
SELECT d.id, d.title, d.language, d.version, s.author_id, s.audience_id, NULL::integer[] AS also,
       s.first_at, s.last_at,
       ARRAY(SELECT a.uri FROM document_address a
              WHERE a.document_id = d.id ORDER BY a.position, a.uri) AS uris
  FROM unnest($3::uuid[]) AS wanted (id)
  JOIN document d ON d.id = wanted.id AND d.kind = 'page' AND d.deleted_at IS NULL
 CROSS JOIN LATERAL (
        SELECT u AS audience_id, '00000000-0000-0000-0000-000000000000'::uuid AS author_id,
               f.first_at, l.last_at
          FROM unnest($2::integer[]) u
         CROSS JOIN LATERAL (
                SELECT a.created_at AS first_at FROM annotation a
                 WHERE a.document_id = d.id AND a.audience_id = u AND a.deleted_at IS NULL
                 ORDER BY a.created_at, a.id LIMIT 1) f
         CROSS JOIN LATERAL (
                SELECT a.updated_at AS last_at FROM annotation a
                 WHERE a.document_id = d.id AND a.audience_id = u AND a.deleted_at IS NULL
                 ORDER BY a.updated_at DESC, a.id DESC LIMIT 1) l
         UNION ALL
        SELECT s.audience_id, '00000000-0000-0000-0000-000000000000',
               min(s.created_at), max(s.updated_at)
          FROM showing s
         WHERE s.document_id = d.id AND s.audience_id = ANY ($2::integer[])
         GROUP BY s.audience_id
         UNION ALL
        SELECT a.audience_id, a.author_id, min(a.created_at), max(a.updated_at)
          FROM annotation a
         WHERE a.document_id = d.id AND a.author_id = $1 AND NOT a.open
           AND a.deleted_at IS NULL
         GROUP BY a.audience_id, a.author_id
         UNION ALL
        SELECT a.audience_id, a.author_id, min(a.created_at), max(a.updated_at)
          FROM annotation a
         WHERE a.document_id = d.id AND a.author_id = $1 AND a.open AND a.deleted_at IS NULL
           AND a.audience_id IN (SELECT unnest(p.past) FROM pass p
                                  WHERE p.user_id IN ($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
         GROUP BY a.audience_id, a.author_id) s;
