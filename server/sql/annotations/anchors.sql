-- How annotations stand in one revision of a text that the reader may read, in the order of the text;
-- those whose passage is gone come last. No tombstones, and none of those whom the reader does not read.
-- $1 reader uuid, $2 reads integer[], $3 document uuid, $4 revision uuid, filters, null for none:
-- $5 states text[], $6 confirmed boolean, $7 one's own alone boolean, $8 muted uuid[]; $9 limit integer,
-- the last row before, or null: $10 start integer (2147483647: gone), $11 id uuid
-- Rows for door_admits(): author_id, audience_id, also; and `was`: where it stood last before.
WITH number AS (
    SELECT r.number FROM revision r WHERE r.document_id = $3::uuid AND r.id = $4::uuid
)
SELECT k.author_id, k.audience_id, k.also, k.annotation_id, k.at, k.start_chars, k.end_chars, k.state,
       k.score, k.confirmed, o.revision_id AS was_revision_id, o.start_chars AS was_start_chars,
       o.end_chars AS was_end_chars
  FROM (
      (SELECT a.author_id, a.audience_id, a.also, n.annotation_id, n.start_chars AS at, n.start_chars,
              n.end_chars, n.state, n.score, n.confirmed_at IS NOT NULL AS confirmed
         FROM anchor n
        CROSS JOIN LATERAL (SELECT * FROM annotation a
                             WHERE a.document_id = $3::uuid AND a.id = n.annotation_id LIMIT 1) a
        WHERE n.document_id = $3::uuid AND n.revision_id = $4::uuid
          AND n.start_chars >= coalesce($10::integer, 0)
          AND (n.start_chars, n.annotation_id)
              > (coalesce($10::integer, -1), coalesce($11::uuid, '00000000-0000-0000-0000-000000000000'))
\ir looked_at.part
\ir visible.part
        ORDER BY n.start_chars, n.annotation_id LIMIT $9::integer)
      UNION ALL
      (SELECT a.author_id, a.audience_id, a.also, n.annotation_id, 2147483647 AS at, n.start_chars,
              n.end_chars, n.state, n.score, n.confirmed_at IS NOT NULL AS confirmed
         FROM anchor n
        CROSS JOIN LATERAL (SELECT * FROM annotation a
                             WHERE a.document_id = $3::uuid AND a.id = n.annotation_id LIMIT 1) a
        WHERE n.document_id = $3::uuid AND n.revision_id = $4::uuid AND n.start_chars IS NULL
          AND (2147483647, n.annotation_id)
              > (coalesce($10::integer, -1), coalesce($11::uuid, '00000000-0000-0000-0000-000000000000'))
\ir looked_at.part
\ir visible.part
        ORDER BY n.annotation_id LIMIT $9::integer)
      ORDER BY at, annotation_id LIMIT $9::integer
  ) k
  LEFT JOIN LATERAL (
        SELECT o.revision_id, o.start_chars, o.end_chars
          FROM anchor o JOIN revision r ON r.document_id = o.document_id AND r.id = o.revision_id
         WHERE o.document_id = $3::uuid AND o.annotation_id = k.annotation_id
           AND o.start_chars IS NOT NULL AND r.number < (SELECT number FROM number)
         ORDER BY r.number DESC LIMIT 1) o ON true
 ORDER BY k.at, k.annotation_id;
