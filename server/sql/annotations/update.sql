-- Changes an annotation of one's own, as it was when the door let it through; what it said goes to its
-- history. Made private, it takes the replies below it along and is shown nowhere else; made visible,
-- its history begins there.
-- A batch: annotations/lock, annotations/lock_thread, this, annotations/recount_thread where the
-- visibility changes, annotations/find.
-- $1 document uuid, $2 id uuid, $3 version integer, $4 audience integer (both as read), $5 author uuid,
-- $6 the author's true pass integer[], $7 kind text, $8 body text or null, $9 tags text[],
-- $10 private boolean, $11 draft boolean, $12 shown text, $13 renderer integer
-- No row: it has changed since, or is not the author's. Refuses: not-allowed (may not write in its
-- group any more), has-replies (others that the author can see have replied: it cannot be private).
-- Answers id, version, audience_id, updated_at.
WITH was AS (
    SELECT a.*, x.class
      FROM annotation a JOIN audience x ON x.id = a.audience_id
     WHERE a.document_id = $1::uuid AND a.id = $2::uuid AND a.version = $3::integer
       AND a.audience_id = $4::integer AND a.author_id = $5::uuid AND a.deleted_at IS NULL
), fit AS (
    SELECT w.*,
           CASE
           WHEN $10::boolean OR $11::boolean
               THEN (SELECT x.id FROM audience x WHERE x.group_id = w.group_id AND x.class = 2)
           WHEN w.class <> 2 THEN w.audience_id
           WHEN w.moderation NOT IN ('none', 'approved')
               THEN (SELECT x.id FROM audience x WHERE x.group_id = w.group_id AND x.class = 1)
           WHEN w.parent_id IS NULL THEN audience_for(w.group_id, w.document_id, w.author_id, false)
           ELSE audience_narrower(audience_for(w.group_id, w.document_id, w.author_id, false),
                    coalesce(audience_there(w.document_id, w.parent_id, w.group_id), w.audience_id))
           END AS to_audience_id,
           clock_timestamp() AS at
      FROM was w
     WHERE (w.class = 2 AND ($10::boolean OR $11::boolean))
        OR audience_for(w.group_id, w.document_id, w.author_id, false) IS NOT NULL
        OR refuse('not-allowed')
), below AS (
    SELECT r.id, r.audience_id, r.author_id, r.open, r.deleted_at, x.id AS to_audience_id
      FROM fit f JOIN annotation r ON r.document_id = f.document_id AND r.thread_id = f.thread_id
       AND r.parent_id IS NOT NULL AND f.id = ANY (r.ancestors)
      JOIN audience x ON x.group_id = r.group_id AND x.class = 2 -- each in its own group
     WHERE f.class <> 2 AND f.audience_id <> f.to_audience_id
), allowed AS (
    SELECT f.* FROM fit f
     WHERE NOT EXISTS (SELECT FROM below b WHERE b.author_id <> f.author_id AND b.deleted_at IS NULL
                          AND b.audience_id = ANY ($6::integer[]))
        OR refuse('has-replies')
), kept AS (
    INSERT INTO annotation_past (document_id, annotation_id, version, kind, body, tags, private, created_at)
    SELECT f.document_id, f.id, f.version, f.kind, f.body, f.tags, f.class = 2, f.updated_at
      FROM allowed f
     WHERE NOT (f.class = 2 AND f.to_audience_id <> f.audience_id)
), emptied AS (
    DELETE FROM annotation_past p USING allowed f
     WHERE p.document_id = f.document_id AND p.annotation_id = f.id
       AND f.class = 2 AND f.to_audience_id <> f.audience_id
), changed AS (
    UPDATE annotation a
       SET kind = $7::text, body = $8::text, tags = $9::text[], draft = $11::boolean,
           shown = $12::text, renderer = $13::integer, version = a.version + 1,
           audience_id = f.to_audience_id, open = x.class = 0, updated_at = f.at,
           -- nobody has read it under another name
           mask_id = CASE WHEN f.class = 2 AND x.class <> 2 THEN coalesce(a.mask_id, mask_of(a.group_id, a.author_id))
                          ELSE a.mask_id END,
           also = CASE WHEN x.class = 2 THEN NULL ELSE a.also END,
           moderation = CASE WHEN x.class = 1 AND a.moderation = 'none' THEN 'pending'
                             ELSE a.moderation END
      FROM allowed f JOIN audience x ON x.id = f.to_audience_id
     WHERE a.document_id = $1::uuid AND a.id = $2::uuid
    RETURNING a.*
), moved AS (
    UPDATE annotation r SET audience_id = b.to_audience_id, open = false
      FROM below b JOIN allowed f ON true
     WHERE r.document_id = $1::uuid AND r.id = b.id AND b.audience_id <> b.to_audience_id
), shown_elsewhere AS (
    UPDATE showing s SET updated_at = c.updated_at FROM changed c
     WHERE s.document_id = c.document_id AND s.annotation_id = c.id AND c.also IS NOT NULL
), shown_no_more AS (
    DELETE FROM showing s USING changed c
     WHERE s.document_id = c.document_id AND s.annotation_id = c.id AND c.also IS NULL
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, holder_id, subject_id, actor_id, delta)
    SELECT $1::uuid, e.kind, (SELECT x.group_id FROM audience x WHERE x.id = e.audience_id), e.audience_id,
           CASE WHEN e.open THEN '00000000-0000-0000-0000-000000000000' ELSE e.author_id END,
           e.id, f.author_id, e.delta
      FROM allowed f CROSS JOIN LATERAL (
           SELECT 'annotation.updated' AS kind, c.id, c.author_id, c.audience_id, c.open, 0 AS delta
             FROM changed c WHERE c.audience_id = f.audience_id
           UNION ALL
           SELECT 'annotation.left', f.id, f.author_id, f.audience_id, f.open, -1
             FROM changed c WHERE c.audience_id <> f.audience_id
           UNION ALL
           SELECT 'annotation.entered', c.id, c.author_id, c.audience_id, c.open, 1
             FROM changed c WHERE c.audience_id <> f.audience_id
           UNION ALL
           SELECT 'annotation.left', b.id, b.author_id, b.audience_id, b.open, -1
             FROM below b WHERE b.audience_id <> b.to_audience_id AND b.deleted_at IS NULL
           UNION ALL
           SELECT 'annotation.entered', b.id, b.author_id, b.to_audience_id, false, 1
             FROM below b WHERE b.audience_id <> b.to_audience_id AND b.deleted_at IS NULL
           UNION ALL
           SELECT CASE WHEN c.also IS NULL THEN 'annotation.unshown' ELSE 'annotation.updated' END,
                  c.id, c.author_id, x.id, x.class = 0, 0
             FROM changed c JOIN audience x ON x.id = ANY (f.also)
      ) e
)
SELECT c.id, c.version, c.audience_id, c.updated_at FROM changed c;
