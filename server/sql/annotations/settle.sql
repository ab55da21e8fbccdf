-- Puts a thread where it belongs after one of it was changed, if that one, or where it is shown, has
-- anything that asks for it. Comes after annotations/update.sql and moderation/set.sql.
-- $1 document uuid, $2 thread uuid, $3 id uuid (what was changed), $4 actor uuid
-- Answers one row: how many annotations moved.
SELECT CASE WHEN EXISTS (SELECT FROM annotation a
                          WHERE a.document_id = $1::uuid AND a.id = $3::uuid
                            AND (a.base_id IS NOT NULL OR a.moderation NOT IN ('none', 'approved')))
              OR EXISTS (SELECT FROM showing w
                          WHERE w.document_id = $1::uuid AND w.annotation_id = $3::uuid
                            AND (w.base_id IS NOT NULL OR w.moderation NOT IN ('none', 'approved')))
            THEN settle_annotations($1::uuid, ARRAY[$2::uuid], $4::uuid)
            ELSE 0 END AS moved;
