-- What the leaders of a group have done, newest first, for one of them.
-- $1 leader uuid, $2 group uuid, $3 roles text[] that may, $4 limit integer, the cursor of the last row
-- before or null: $5 time timestamptz, $6 entry uuid
SELECT e.id, e.document_id, e.annotation_id, e.deed, e.note, e.created_at,
       CASE WHEN k.id IS NULL OR g.leaders_see_through OR e.author_id = $1::uuid THEN u.id ELSE k.id END
           AS author_id,
       CASE WHEN k.id IS NULL OR g.leaders_see_through OR e.author_id = $1::uuid THEN u.name END
           AS author_name,
       CASE WHEN k.id IS NULL OR g.leaders_see_through AND e.author_id <> $1::uuid THEN u.display_name
            ELSE k.name END AS author_display_name,
       k.id IS NOT NULL AS author_masked,
       CASE WHEN g.leaders_see_through AND e.author_id <> $1::uuid THEN k.name END AS author_mask,
       CASE WHEN l.id IS NULL OR g.leaders_see_through OR e.actor_id = $1::uuid THEN v.id ELSE l.id END
           AS actor_id,
       CASE WHEN l.id IS NULL OR g.leaders_see_through OR e.actor_id = $1::uuid THEN v.name END
           AS actor_name,
       CASE WHEN l.id IS NULL OR g.leaders_see_through AND e.actor_id <> $1::uuid THEN v.display_name
            ELSE l.name END AS actor_display_name,
       l.id IS NOT NULL AS actor_masked,
       CASE WHEN g.leaders_see_through AND e.actor_id <> $1::uuid THEN l.name END AS actor_mask
  FROM moderation_entry e
  JOIN groups g ON g.id = e.group_id
  JOIN member m ON m.group_id = e.group_id AND m.user_id = $1::uuid AND m.role = ANY ($3::text[])
  LEFT JOIN users u ON u.id = e.author_id AND u.state <> 'erased'
  LEFT JOIN users v ON v.id = e.actor_id AND v.state <> 'erased'
  LEFT JOIN mask k ON k.id = e.mask_id
  LEFT JOIN mask l ON l.id = e.actor_mask_id
 WHERE e.group_id = $2::uuid
   AND (e.created_at, e.id) < (coalesce($5::timestamptz, 'infinity'),
                               coalesce($6::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
 ORDER BY e.created_at DESC, e.id DESC LIMIT $4::integer;
