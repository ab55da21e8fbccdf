-- Takes an annotation of one's own back, as it was when the door let it through. Where something hangs
-- on it an empty tombstone stays, else nothing does; its history and reactions go either way.
-- A batch: annotations/lock, annotations/lock_thread, this.
-- $1 document uuid, $2 id uuid, $3 version integer, $4 audience integer (both as read), $5 author uuid,
-- $6 shown text (of the tombstone), $7 renderer integer
-- No row: it has changed since, or is not the author's. Answers id, tombstone (boolean).
WITH was AS (
    SELECT a.*, EXISTS (SELECT FROM annotation r
            WHERE r.document_id = a.document_id AND r.thread_id = a.thread_id
              AND r.parent_id IS NOT NULL AND a.id = ANY (r.ancestors)) AS stays
      FROM annotation a
     WHERE a.document_id = $1::uuid AND a.id = $2::uuid AND a.version = $3::integer
       AND a.audience_id = $4::integer AND a.author_id = $5::uuid AND a.deleted_at IS NULL
), gone AS (
    DELETE FROM annotation a USING was w
     WHERE a.document_id = $1::uuid AND a.id = $2::uuid AND NOT w.stays
), emptied AS (
    UPDATE annotation a
       SET body = NULL, tags = '{}', quote_exact = NULL, quote_prefix = NULL, quote_suffix = NULL,
           selectors = NULL, extra = NULL, shown = $6::text, renderer = $7::integer,
           deleted_at = clock_timestamp(), updated_at = clock_timestamp(), version = a.version + 1,
           tally = (SELECT array_agg(t.v ORDER BY t.i) FROM unnest(a.tally) WITH ORDINALITY t (v, i)
                     WHERE a.tally[((t.i - 1) / 3) * 3 + 2] = 0)
      FROM was w
     WHERE a.document_id = $1::uuid AND a.id = $2::uuid AND w.stays
    RETURNING a.document_id, a.id, a.updated_at
), shown_elsewhere AS (
    UPDATE showing s SET updated_at = e.updated_at FROM emptied e
     WHERE s.document_id = e.document_id AND s.annotation_id = e.id
), forgotten AS (
    DELETE FROM annotation_past p USING was w
     WHERE p.document_id = $1::uuid AND p.annotation_id = $2::uuid AND w.stays
), unsuggested AS (
    DELETE FROM suggestion s USING was w
     WHERE s.document_id = $1::uuid AND s.annotation_id = $2::uuid AND w.stays
), unreacted AS (
    DELETE FROM reaction r USING was w
     WHERE r.document_id = $1::uuid AND r.annotation_id = $2::uuid AND w.stays
), counted AS (
    UPDATE annotation a SET tally = tally_add(a.tally, w.audience_id, 0, -1)
      FROM (SELECT w.audience_id, unnest(w.ancestors) AS above FROM was w) w
     WHERE a.document_id = $1::uuid AND a.id = w.above
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, holder_id, subject_id, actor_id, delta)
    SELECT w.document_id, 'annotation.deleted', w.group_id, w.audience_id,
           CASE WHEN w.open THEN '00000000-0000-0000-0000-000000000000' ELSE w.author_id END,
           w.id, w.author_id, -1
      FROM was w
    UNION ALL
    SELECT w.document_id, 'annotation.deleted', x.group_id, x.id,
           CASE WHEN x.class = 0 THEN '00000000-0000-0000-0000-000000000000' ELSE w.author_id END,
           w.id, w.author_id, 0
      FROM was w JOIN audience x ON x.id = ANY (w.also)
)
SELECT w.id, w.stays AS tombstone FROM was w;
