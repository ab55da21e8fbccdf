-- Who reacted to an annotation, as far as the reader may see it, newest first.
-- $1 reader uuid, $2 reads integer[], $3 document uuid, $4 annotation uuid, $5 limit integer,
-- the cursor, all of the last row before or null: $6 time timestamptz, $7 user uuid, $8 what integer
-- Rows that the door checks one by one (door_admits), a reaction's author being its user: author_id,
-- author_name, author_display_name, audience_id, also (null), what, created_at. The handler has found
-- the annotation through the door before.
SELECT r.user_id AS author_id, u.name AS author_name, u.display_name AS author_display_name,
       r.audience_id, NULL::integer[] AS also, r.what::integer AS what, r.created_at
  FROM reaction r JOIN users u ON u.id = r.user_id
 WHERE r.document_id = $3::uuid AND r.annotation_id = $4::uuid
   AND CASE WHEN r.user_id = $1::uuid THEN true ELSE r.audience_id = ANY ($2::integer[]) END
   AND (r.created_at < coalesce($6::timestamptz, 'infinity')
        OR r.created_at = $6 AND (r.user_id < $7::uuid OR r.user_id = $7 AND r.what > $8::integer))
 ORDER BY r.created_at DESC, r.user_id DESC, r.what LIMIT $5::integer;
