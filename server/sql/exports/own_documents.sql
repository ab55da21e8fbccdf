-- The texts that a user has put in, oldest first: ids alone, which documents/find.sql looks up.
-- $1 user uuid, $2 time timestamptz and $3 id uuid of the row to go on after, or null, $4 how many integer
SELECT d.id, d.created_at FROM document d
 WHERE d.owner_id = $1 AND d.deleted_at IS NULL
   AND (d.created_at, d.id) > (coalesce($2::timestamptz, '-infinity'),
                               coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'))
 ORDER BY d.created_at, d.id LIMIT $4::integer;
