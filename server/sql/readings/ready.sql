-- Who of a group's members has opened a reading, and how much they have written: for its leaders alone.
-- A thousand at most, the first to join first; then those behind masks that its leaders do not see
-- through, in no order that tells anything, with what they wrote under them. Where members are hidden
-- from each other, one who has no mask yet is left out.
-- $1 reader uuid, $2 reads integer[], $3 group uuid, $4 document uuid
-- Rows for door_author(); beside their columns own and is_revealed.
SELECT
\ir ../annotations/author.part
     , (SELECT count(*)::integer FROM annotation n
         WHERE n.document_id = a.document_id AND n.author_id = a.author_id AND n.version > 0
           AND n.deleted_at IS NULL AND n.parent_id IS NULL
           AND (n.audience_id = a.sealed_id OR a.sealed_id = ANY (n.also))
           AND (a.leaders_see_through OR n.mask_id IS NOT DISTINCT FROM a.mask_id)) AS own,
       a.revealed_at IS NOT NULL OR EXISTS (SELECT FROM reveal v
            WHERE v.user_id = a.author_id AND v.audience_id = a.sealed_id) AS is_revealed
  FROM (
    SELECT r.document_id, r.sealed_id, r.revealed_at, g.leaders_see_through, k.id AS mask_id,
           m.user_id AS author_id, m.joined_at
      FROM reading r
      JOIN groups g ON g.id = r.group_id
      JOIN member m ON m.group_id = r.group_id AND m.role = 'member'
      JOIN users u ON u.id = m.user_id AND u.state = 'active'
      LEFT JOIN mask k ON k.group_id = m.group_id AND k.user_id = m.user_id AND k.worn
     WHERE r.group_id = $3::uuid AND r.document_id = $4::uuid
       AND (k.id IS NOT NULL OR g.leaders_see_through OR NOT g.anonymous)
  ) a
\ir ../annotations/author_joins.part
 ORDER BY a.mask_id IS NOT NULL AND NOT a.leaders_see_through,
          CASE WHEN a.mask_id IS NULL OR a.leaders_see_through THEN a.joined_at END, a.mask_id, a.author_id
 LIMIT 1000;
