-- The texts that a reader may read, newest first by their beginning: ids alone, which find.sql looks up.
-- $1 reader uuid, $2 reads int[], $3 groups uuid[] that they are at home or listed in, or null,
-- $4 time and $5 id of the row to go on after, or null, $6 how many int
WITH through AS MATERIALIZED (
    SELECT u FROM unnest($2::integer[]) u
     WHERE $3::uuid[] IS NULL
        OR u = ANY (ARRAY(SELECT x.id FROM audience x WHERE x.group_id = ANY ($3) AND x.class = 0))
)
SELECT k.id, k.created_at
  FROM (
        (SELECT b.id, b.created_at FROM through t
          CROSS JOIN LATERAL (
                SELECT d.id, d.created_at FROM document d
                 WHERE d.audience_id = t.u AND d.deleted_at IS NULL
                   AND (d.created_at, d.id) < (coalesce($4::timestamptz, 'infinity'),
                       coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
                 ORDER BY d.created_at DESC, d.id DESC LIMIT $6::integer) b
          ORDER BY b.created_at DESC, b.id DESC LIMIT $6::integer)
        UNION
        (SELECT d.id, d.created_at FROM through t
           JOIN listing l ON l.audience_id = t.u
           JOIN document d ON d.id = l.document_id AND d.deleted_at IS NULL
          WHERE (d.created_at, d.id) < (coalesce($4::timestamptz, 'infinity'),
                       coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
          ORDER BY d.created_at DESC, d.id DESC LIMIT $6::integer)
        UNION
        (SELECT d.id, d.created_at FROM document d
          WHERE d.owner_id = $1 AND d.deleted_at IS NULL
            AND ($3::uuid[] IS NULL OR d.group_id = ANY ($3))
            AND (d.created_at, d.id) < (coalesce($4::timestamptz, 'infinity'),
                       coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
          ORDER BY d.created_at DESC, d.id DESC LIMIT $6::integer)
       ) k
 ORDER BY k.created_at DESC, k.id DESC LIMIT $6::integer;
