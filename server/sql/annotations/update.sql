-- Changes an annotation of one's own, as it was when the door let it through; what it said goes to its
-- history. Where leaders look at words first they look at these too. Made private, it takes the replies
-- below it along and is shown nowhere else; made visible, its history begins there. It is the next
-- statement that moves it.
-- A batch: annotations/lock, annotations/lock_thread, this, annotations/settle, annotations/find.
-- $1 document uuid, $2 id uuid, $3 version integer, $4 audience integer (both as read), $5 author uuid,
-- $6 the author's true pass integer[], $7 kind text, $8 body text or null, $9 tags text[],
-- $10 private boolean, $11 draft boolean, $12 shown text, $13 renderer integer,
-- $14 replacement text, null where it is no suggestion
-- No row: it has changed since, or is not the author's. Refuses: not-allowed (may not write in its
-- group any more), annotations-off (the text's owner does not let that group write), has-replies
-- (others that the author can see have replied: it cannot be private).
-- Answers id, version, updated_at.
WITH was AS (
    SELECT a.*, x.class, coalesce(a.base_id, a.audience_id) AS base, $10::boolean OR $11::boolean AS hides
      FROM annotation a JOIN audience x ON x.id = a.audience_id
     WHERE a.document_id = $1::uuid AND a.id = $2::uuid AND a.version = $3::integer
       AND a.audience_id = $4::integer AND a.author_id = $5::uuid AND a.deleted_at IS NULL
), fit AS (
    SELECT w.*,
           CASE WHEN (w.class = 2) = w.hides THEN w.base
                WHEN w.hides
                THEN (SELECT x.id FROM audience x WHERE x.group_id = w.group_id AND x.class = 2)
                WHEN w.parent_id IS NULL THEN b.base
                ELSE audience_narrower(
                         answer_audience(w.document_id, w.parent_id, w.group_id, w.author_id, b.base),
                         coalesce(base_there(w.document_id, w.parent_id, w.group_id), w.audience_id))
                END AS to_base,
           CASE WHEN NOT w.hides AND w.moderation IN ('none', 'approved', 'denied')
                     AND is_premoderated(w.group_id, w.author_id)
                THEN 'pending' ELSE w.moderation END AS to_moderation,
           clock_timestamp() AS at
      FROM was w
      LEFT JOIN LATERAL (
            SELECT base_for(w.group_id, w.document_id, w.author_id, false) AS base
             WHERE w.class = 2 AND NOT w.hides) b ON true
     WHERE CASE WHEN w.class = 2 AND w.hides THEN true
                WHEN base_for(w.group_id, w.document_id, w.author_id, true) IS NULL
                THEN refuse('not-allowed')
                WHEN w.class = 2 AND b.base IS NULL THEN refuse('annotations-off')
                ELSE true END
), allowed AS (
    SELECT f.* FROM fit f
     WHERE f.class = 2 OR NOT f.hides
        OR NOT EXISTS (SELECT FROM annotation r
                        WHERE r.document_id = f.document_id AND r.thread_id = f.thread_id
                          AND r.parent_id IS NOT NULL AND f.id = ANY (r.ancestors)
                          AND r.author_id <> f.author_id AND r.deleted_at IS NULL
                          AND r.audience_id = ANY ($6::integer[]))
        OR refuse('has-replies')
), kept AS (
    INSERT INTO annotation_past (document_id, annotation_id, version, kind, body, tags, replacement, private,
        held, created_at)
    SELECT f.document_id, f.id, f.version, f.kind, f.body, f.tags,
           (SELECT s.replacement FROM suggestion s
             WHERE s.document_id = f.document_id AND s.annotation_id = f.id),
           f.class = 2, f.moderation NOT IN ('none', 'approved'), f.updated_at
      FROM allowed f
     WHERE NOT (f.class = 2 AND f.to_base <> f.audience_id)
), emptied AS (
    DELETE FROM annotation_past p USING allowed f
     WHERE p.document_id = f.document_id AND p.annotation_id = f.id
       AND f.class = 2 AND f.to_base <> f.audience_id
), changed AS (
    UPDATE annotation a
       SET kind = $7::text, body = $8::text, tags = $9::text[], draft = $11::boolean,
           shown = $12::text, renderer = $13::integer, version = a.version + 1, updated_at = f.at,
           base_id = nullif(f.to_base, a.audience_id), moderation = f.to_moderation,
           moderation_note = CASE WHEN f.to_moderation = f.moderation THEN a.moderation_note END,
           -- nobody has read it under another name
           mask_id = CASE WHEN f.class = 2 AND NOT f.hides THEN coalesce(a.mask_id, mask_of(a.group_id, a.author_id))
                          ELSE a.mask_id END,
           also = CASE WHEN f.hides THEN NULL ELSE a.also END
      FROM allowed f
     WHERE a.document_id = $1::uuid AND a.id = $2::uuid
    RETURNING a.*
), suggested AS (
    INSERT INTO suggestion AS s (document_id, annotation_id, replacement)
    SELECT c.document_id, c.id, $14::text FROM changed c WHERE $14::text IS NOT NULL
        ON CONFLICT ON CONSTRAINT suggestion_pkey DO UPDATE SET replacement = $14
     WHERE s.replacement <> $14
), unsuggested AS (
    DELETE FROM suggestion s USING changed c
     WHERE s.document_id = c.document_id AND s.annotation_id = c.id AND $14::text IS NULL
), shown_elsewhere AS (
    UPDATE showing s
       SET updated_at = c.updated_at,
           moderation = CASE WHEN s.moderation IN ('none', 'approved', 'denied')
                                  AND is_premoderated(x.group_id, c.author_id)
                             THEN 'pending' ELSE s.moderation END
      FROM changed c, audience x
     WHERE s.document_id = c.document_id AND s.annotation_id = c.id AND c.also IS NOT NULL
       AND x.id = s.audience_id
), unreacted AS (
    DELETE FROM reaction r USING changed c, audience x
     WHERE r.document_id = c.document_id AND r.annotation_id = c.id AND c.also IS NULL
       AND x.id = r.audience_id AND x.group_id <> c.group_id
), shown_no_more AS (
    DELETE FROM showing s USING changed c
     WHERE s.document_id = c.document_id AND s.annotation_id = c.id AND c.also IS NULL
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, holder_id, subject_id, actor_id)
    SELECT c.document_id, e.kind, x.group_id, x.id,
           CASE WHEN x.class = 0 THEN '00000000-0000-0000-0000-000000000000' ELSE c.author_id END,
           c.id, c.author_id
      FROM changed c JOIN allowed f ON true
     CROSS JOIN LATERAL (
           SELECT 'annotation.updated' AS kind, c.audience_id
           UNION ALL
           SELECT CASE WHEN c.also IS NULL THEN 'annotation.unshown' ELSE 'annotation.updated' END, s.id
             FROM unnest(f.also) AS s (id)) e
      JOIN audience x ON x.id = e.audience_id
)
SELECT c.id, c.version, c.updated_at FROM changed c;
