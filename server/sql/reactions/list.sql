-- Who reacted to an annotation, as far as the reader may see it, newest first.
-- $1 reader uuid, $2 reads integer[], $3 document uuid, $4 annotation uuid, $5 limit integer,
-- the cursor, all of the last row before or null: $6 time timestamptz, $7 key_id uuid, $8 what integer,
-- $9 muted uuid[] or null: not of those
-- Rows that the door checks one by one (door_admits, door_author), a reaction's author being its user;
-- beside their columns what, created_at and key_id: the mask or the user, which tells nobody who wears
-- it. The handler has found the annotation through the door before.
SELECT
\ir ../annotations/author.part
     , a.audience_id, NULL::integer[] AS also, a.what, a.created_at, a.key_id
  FROM (
    SELECT r.user_id AS author_id, r.mask_id, coalesce(r.mask_id, r.user_id) AS key_id, r.audience_id,
           r.what::integer AS what, r.created_at
      FROM reaction r
     WHERE r.document_id = $3::uuid AND r.annotation_id = $4::uuid
       AND CASE WHEN r.user_id = $1::uuid THEN true ELSE r.audience_id = ANY ($2::integer[]) END
       AND ($9::uuid[] IS NULL OR coalesce(r.mask_id, r.user_id) <> ALL ($9))
       AND (r.created_at < coalesce($6::timestamptz, 'infinity')
            OR r.created_at = $6 AND (coalesce(r.mask_id, r.user_id) < $7::uuid
                                      OR coalesce(r.mask_id, r.user_id) = $7 AND r.what > $8::integer))
     ORDER BY r.created_at DESC, key_id DESC, r.what LIMIT $5::integer
  ) a
\ir ../annotations/author_joins.part
 ORDER BY a.created_at DESC, a.key_id DESC, a.what;
