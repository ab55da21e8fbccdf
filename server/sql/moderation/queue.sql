-- What the leaders of a group have to look at, newest first: what waits or is held back, and what has
-- been flagged, but for flags on the leader's own words.
-- $1 leader uuid, $2 reads integer[], $3 group uuid, $4 states text[] (pending, hidden, denied, spam),
-- $5 the flagged ones too boolean, $6 limit integer, the cursor of the last row before or null:
-- $7 created_at timestamptz, $8 annotation uuid
-- Rows for door_annotation(), and held_as text, held_note text, flags integer.
WITH held AS (
    SELECT x.id FROM audience x
     WHERE x.group_id = $3::uuid AND x.class = 1 AND x.id = ANY ($2::integer[])
), found AS (
    (SELECT a.document_id, a.id, a.created_at FROM annotation a
      WHERE a.audience_id = (SELECT h.id FROM held h) AND a.moderation = ANY ($4::text[])
        AND a.moderation IN ('pending', 'hidden', 'denied', 'spam') AND a.deleted_at IS NULL
        AND (a.created_at, a.id) < (coalesce($7::timestamptz, 'infinity'),
                                    coalesce($8::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
      ORDER BY a.created_at DESC, a.id DESC LIMIT $6::integer)
    UNION
    (SELECT w.document_id, w.annotation_id, w.created_at FROM showing w
      WHERE w.audience_id = (SELECT h.id FROM held h) AND w.moderation = ANY ($4::text[])
        AND (w.created_at, w.annotation_id) < (coalesce($7::timestamptz, 'infinity'),
                                               coalesce($8::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
      ORDER BY w.created_at DESC, w.annotation_id DESC LIMIT $6::integer)
    UNION
    (SELECT DISTINCT a.document_id, a.id, a.created_at
       FROM flag f JOIN annotation a ON a.document_id = f.document_id AND a.id = f.annotation_id
      WHERE $5::boolean AND f.group_id = $3::uuid AND f.settled_at IS NULL
        AND EXISTS (SELECT FROM held) AND a.author_id <> $1::uuid AND a.deleted_at IS NULL
\ir ../annotations/visible.part
        AND (a.created_at, a.id) < (coalesce($7::timestamptz, 'infinity'),
                                    coalesce($8::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
      ORDER BY a.created_at DESC, a.id DESC LIMIT $6::integer)
), page AS (
    SELECT f.document_id, f.id FROM found f ORDER BY f.created_at DESC, f.id DESC LIMIT $6::integer
)
SELECT
\ir ../annotations/seen.part
\ir ../annotations/own.part
     , CASE WHEN a.group_id = $3::uuid THEN a.moderation ELSE h.moderation END AS held_as,
       CASE WHEN a.group_id = $3::uuid THEN a.moderation_note ELSE h.moderation_note END AS held_note,
       CASE WHEN a.author_id = $1::uuid THEN 0 ELSE (
            SELECT count(*)::integer FROM flag f
             WHERE f.document_id = a.document_id AND f.annotation_id = a.id
               AND f.group_id = $3::uuid AND f.settled_at IS NULL) END AS flags
  FROM page k
  JOIN annotation a ON a.document_id = k.document_id AND a.id = k.id
  LEFT JOIN LATERAL (
       SELECT w.moderation, w.moderation_note FROM showing w JOIN audience x ON x.id = w.audience_id
        WHERE w.document_id = a.document_id AND w.annotation_id = a.id AND x.group_id = $3::uuid) h ON true
\ir ../annotations/joins.part
 CROSS JOIN (SELECT NULL::uuid[] AS muted) mute -- leaders look at everybody's
 ORDER BY a.created_at DESC, a.id DESC;
