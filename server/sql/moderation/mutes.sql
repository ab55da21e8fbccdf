-- Whom a reader has muted, the last one first. Who has gone since is left out.
-- $1 reader uuid, $2 limit integer, the cursor of the last row before or null: $3 time timestamptz,
-- $4 uuid (muted)
SELECT m.muted_id AS id, u.name, coalesce(k.name, u.display_name) AS display_name, k.id IS NOT NULL AS masked,
       m.created_at
  FROM mute m
  LEFT JOIN users u ON u.id = m.muted_id AND u.state <> 'erased'
  LEFT JOIN mask k ON k.id = m.muted_id
 WHERE m.user_id = $1::uuid AND (u.id IS NOT NULL OR k.id IS NOT NULL)
   AND (m.created_at, m.muted_id) < (coalesce($3::timestamptz, 'infinity'),
                                     coalesce($4::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
 ORDER BY m.created_at DESC, m.muted_id DESC LIMIT $2::integer;
