-- A reader tells the leaders of the group through which they read an annotation of it; once, but for
-- other words, and again when it has changed since that was settled. A batch: annotations/lock, this.
-- $1 uuid of the flag, $2 reader uuid, $3 the reader's true pass integer[], $4 document uuid,
-- $5 annotation uuid, $6 reason text, $7 note text or null
-- Refuses: gone (deleted, or not theirs to see any more), own (one's own), nobody-leads (a group without
-- leaders). Answers one row: made boolean, group_id, reason, note, created_at, settled_at, mask_name
-- (the reader's own, if they wear one).
WITH target AS (
    SELECT a.id, a.document_id, a.author_id, a.updated_at, a.audience_id, a.also FROM annotation a
     WHERE a.document_id = $4::uuid AND a.id = $5::uuid AND a.deleted_at IS NULL
       AND CASE WHEN a.author_id = $2::uuid THEN true
                WHEN a.audience_id = ANY ($3::integer[]) THEN true
                WHEN a.also IS NULL THEN false
                ELSE a.also && $3::integer[] END
), way AS (
    SELECT g.id FROM target t
      JOIN audience x ON x.id = ANY (t.also || t.audience_id) AND x.id = ANY ($3::integer[])
      JOIN groups g ON g.id = x.group_id AND g.kind = 'group'
     ORDER BY x.id = t.audience_id DESC, x.id LIMIT 1
), allowed AS (
    SELECT t.*, w.id AS group_id
      FROM (SELECT $5::uuid AS asked) q LEFT JOIN target t ON t.id = q.asked LEFT JOIN way w ON true
     WHERE CASE WHEN t.id IS NULL THEN refuse('gone')
                WHEN t.author_id = $2::uuid THEN refuse('own')
                WHEN w.id IS NULL THEN refuse('nobody-leads')
                ELSE true END
), put AS (
    INSERT INTO flag AS f (id, document_id, annotation_id, user_id, mask_id, group_id, reason, note, created_at)
    SELECT $1::uuid, w.document_id, w.id, $2::uuid, mask_of(w.group_id, $2::uuid), w.group_id, $6::text,
           $7::text, clock_timestamp()
      FROM allowed w
        ON CONFLICT ON CONSTRAINT flag_pkey DO UPDATE
       SET reason = excluded.reason, note = excluded.note, settled_at = NULL, settled_by = NULL
     WHERE f.settled_at IS NULL
        OR (SELECT w.updated_at FROM allowed w) > f.settled_at
    RETURNING f.xmax = 0 AS made, f.group_id, f.reason, f.note, f.created_at, f.settled_at,
              mask_name(f.mask_id) AS mask_name
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'group.flagged', p.group_id,
           flag_audience(p.group_id, w.author_id), p.group_id, $2::uuid
      FROM put p, allowed w
)
SELECT p.* FROM put p
UNION ALL
SELECT false, f.group_id, f.reason, f.note, f.created_at, f.settled_at, mask_name(f.mask_id)
  FROM allowed w JOIN flag f ON f.document_id = w.document_id AND f.annotation_id = w.id
   AND f.user_id = $2::uuid
 WHERE NOT EXISTS (SELECT FROM put);
