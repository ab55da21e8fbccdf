-- The annotations on one document that the reader may see, replies too,
-- newest first by the time they were written.
-- $1 reader uuid, $2 reads integer[], $3 limit integer,
-- the cursor, both of the last row before or null: $4 time timestamptz, $5 id uuid,
-- filters, null for none: $6 groups uuid[], $7 tag text, $8 kind text, $9 since timestamptz,
-- $10 until timestamptz, $11 author uuid (a user or a mask, as shown), $12 muted uuid[] (not of those),
-- $13 draft boolean; not null: $14 document uuid, filters again: $15 from integer, $16 to integer
-- (characters of the revision), $17 revision uuid or null (places
-- as they were there; null: the current one)
-- Rows for door_annotations(). Each branch walks one index in the order of the list and stops: first
-- what the pass shows, then one's own that no audience shows (private, draft, hidden, sealed), one's
-- own in groups that one has left, and what further groups are shown (which may be in the first
-- branch too, hence GROUP BY). Keys first: wide rows are fetched for the page alone.
\ir asked.part
, place AS (
    SELECT coalesce($17::uuid, d.current_revision_id) AS revision_id FROM document d WHERE d.id = $14::uuid
)
SELECT
\ir seen.part
\ir own.part
  FROM (
    SELECT q.document_id, q.id, q.at FROM (
      (SELECT b.document_id, b.id, b.at
         FROM unnest((SELECT audiences FROM asked)) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT a.document_id, a.id, a.created_at AS at FROM annotation a
           WHERE a.document_id = $14::uuid AND a.audience_id = p.audience
             AND (a.created_at, a.id) < (coalesce($4::timestamptz, 'infinity'),
                                  coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
             AND a.created_at >= coalesce($9::timestamptz, '-infinity')
             AND a.created_at < coalesce($10::timestamptz, 'infinity')
\ir filters.part
\ir range.part
\ir in_revision.part
           ORDER BY a.created_at DESC, a.id DESC LIMIT $3::integer) b
        ORDER BY b.at DESC, b.id DESC LIMIT $3::integer)
      UNION ALL
      (SELECT a.document_id, a.id, a.created_at AS at FROM annotation a
        WHERE a.document_id = $14::uuid AND a.author_id = $1::uuid AND NOT a.open
          AND a.audience_id <> ALL ((SELECT audiences FROM asked)::integer[])
          AND ($6::uuid[] IS NULL OR a.group_id = ANY ($6))
          AND (a.created_at, a.id) < (coalesce($4::timestamptz, 'infinity'),
                               coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
          AND a.created_at >= coalesce($9::timestamptz, '-infinity')
          AND a.created_at < coalesce($10::timestamptz, 'infinity')
\ir filters.part
\ir range.part
\ir in_revision.part
        ORDER BY a.created_at DESC, a.id DESC LIMIT $3::integer)
      UNION ALL
      (SELECT b.document_id, b.id, b.at
         FROM (SELECT DISTINCT o FROM pass p CROSS JOIN LATERAL unnest(p.past) o
                WHERE p.user_id IN ($1::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT a.document_id, a.id, a.created_at AS at FROM annotation a
           WHERE a.document_id = $14::uuid AND a.author_id = $1::uuid
             AND a.audience_id = p.audience AND a.open
             AND ($6::uuid[] IS NULL OR a.group_id = ANY ($6))
             AND (a.created_at, a.id) < (coalesce($4::timestamptz, 'infinity'),
                                  coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
             AND a.created_at >= coalesce($9::timestamptz, '-infinity')
             AND a.created_at < coalesce($10::timestamptz, 'infinity')
\ir filters.part
\ir range.part
\ir in_revision.part
           ORDER BY a.created_at DESC, a.id DESC LIMIT $3::integer) b
        WHERE p.audience <> ALL ($2::integer[])
        ORDER BY b.at DESC, b.id DESC LIMIT $3::integer)
      UNION ALL
      (SELECT b.document_id, b.id, b.at
         FROM unnest((SELECT audiences FROM asked)) AS p (audience)
        CROSS JOIN LATERAL (
          SELECT w.document_id, w.annotation_id AS id, w.created_at AS at
            FROM showing w
           WHERE w.document_id = $14::uuid AND w.audience_id = p.audience
             AND (w.created_at, w.annotation_id)
                 < (coalesce($4::timestamptz, 'infinity'),
                    coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
             AND w.created_at >= coalesce($9::timestamptz, '-infinity')
             AND w.created_at < coalesce($10::timestamptz, 'infinity')
             AND (SELECT true
\ir filters.part
\ir range.part
\ir in_revision.part
                    FROM annotation a
                   WHERE a.document_id = w.document_id AND a.id = w.annotation_id LIMIT 1)
           ORDER BY w.created_at DESC, w.annotation_id DESC LIMIT $3::integer) b)
    ) q GROUP BY q.document_id, q.id, q.at ORDER BY q.at DESC, q.id DESC LIMIT $3::integer
  ) k
 CROSS JOIN LATERAL (SELECT * FROM annotation a
                      WHERE a.document_id = k.document_id AND a.id = k.id LIMIT 1) a
\ir author_joins.part
 CROSS JOIN LATERAL (SELECT coalesce($17::uuid, d.current_revision_id) AS current_revision_id, d.deleted_at
                       FROM document d WHERE d.id = a.document_id LIMIT 1) d
\ir anchor.part
 CROSS JOIN (SELECT $12::uuid[] AS muted) mute
 ORDER BY k.at DESC, k.id DESC;
