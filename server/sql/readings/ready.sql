-- Who of a group's members has opened a reading, and how much they have written: for its leaders alone.
-- The first thousand, the first to join first.
-- $1 group uuid, $2 document uuid
SELECT u.id, u.name, u.display_name, own_sealed(r.sealed_id, r.document_id, u.id) AS own,
       r.revealed_at IS NOT NULL OR EXISTS (SELECT FROM reveal v
            WHERE v.user_id = u.id AND v.audience_id = r.sealed_id) AS is_revealed
  FROM reading r
  JOIN member m ON m.group_id = r.group_id AND m.role = 'member'
  JOIN users u ON u.id = m.user_id AND u.state = 'active'
 WHERE r.group_id = $1::uuid AND r.document_id = $2::uuid
 ORDER BY m.joined_at, m.user_id LIMIT 1000;
