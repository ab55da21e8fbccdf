-- Stores a reply with its event, and counts it on all that is above it. It goes to a group through which
-- its author reads the parent: the named one, else the parent's home, else one in which it is shown. It
-- has the narrower of the parent's audience there and its own; a leader's, to what a member has written
-- apart, lies between the two.
-- A batch: [idempotency/keep], [annotations/prepare_answer], annotations/lock, annotations/lock_thread, this, annotations/find.
-- $1 id uuid, $2 author uuid, $3 the author's true pass integer[], $4 document uuid, $5 parent uuid,
-- $6 private boolean, $7 draft boolean, $8 kind text, $9 body text or null, $10 tags text[],
-- $11 extra json or null, $12 shown text, $13 renderer integer, $14 group uuid or null
-- Refuses: not-found (no parent that the author may see), gone (the parent is a tombstone),
-- group-elsewhere (the author does not read the parent through that group), not-allowed (may not write
-- there), annotations-off (the text's owner does not let that group write), too-deep (more than 100
-- levels).
-- Answers id, group_id, audience_id, created_at.
WITH parent AS (
    SELECT a.id, a.document_id, a.thread_id, a.ancestors, a.revision_id, a.deleted_at,
           t.group_id, t.audience_id, t.base, d.deleted_at IS NOT NULL AS document_deleted
      FROM annotation a JOIN document d ON d.id = a.document_id
      LEFT JOIN LATERAL (
        SELECT w.group_id, w.audience_id, w.base FROM (
            SELECT a.group_id, a.audience_id, coalesce(a.base_id, a.audience_id) AS base, 0 AS place
             WHERE a.author_id = $2::uuid OR a.audience_id = ANY ($3::integer[])
            UNION ALL
            SELECT x.group_id, x.id, coalesce(s.base_id, x.id), x.id
              FROM audience x JOIN showing s ON s.document_id = a.document_id AND s.annotation_id = a.id
               AND s.audience_id = x.id
             WHERE x.id = ANY (a.also) AND (a.author_id = $2::uuid OR x.id = ANY ($3::integer[]))) w
         WHERE $14::uuid IS NULL OR w.group_id = $14 ORDER BY w.place LIMIT 1) t ON true
     WHERE a.document_id = $4::uuid AND a.id = $5::uuid
       AND CASE WHEN a.author_id = $2::uuid THEN true
                WHEN a.audience_id = ANY ($3::integer[]) THEN true
                WHEN a.also IS NULL THEN false
                ELSE a.also && $3::integer[] END
), fit AS (
    SELECT p.*,
           answer_audience(p.document_id, p.id, p.group_id, $2::uuid,
                           audience_for(p.group_id, p.document_id, $2::uuid, $6::boolean OR $7::boolean))
               AS own_audience_id
      FROM (SELECT $5::uuid AS asked) q LEFT JOIN parent p ON p.id = q.asked
     WHERE CASE WHEN p.id IS NULL OR p.document_deleted THEN refuse('not-found')
                WHEN p.deleted_at IS NOT NULL THEN refuse('gone')
                WHEN cardinality(p.ancestors) >= 100 THEN refuse('too-deep')
                WHEN p.group_id IS NULL THEN refuse('group-elsewhere')
                ELSE true END
), allowed AS (
    SELECT f.*, audience_narrower(f.audience_id, f.own_audience_id) AS to_audience_id,
           clock_timestamp() AS at
      FROM fit f
     WHERE f.own_audience_id IS NOT NULL
        OR refuse(CASE WHEN base_for(f.group_id, f.document_id, $2::uuid, true) IS NULL
                       THEN 'not-allowed' ELSE 'annotations-off' END)
), held AS (
    -- what waits comes to where its parent is, or was
    SELECT w.*, x.class, CASE WHEN x.class = 1 AND o.class = 1 THEN 'pending' ELSE 'none' END AS to_moderation
      FROM allowed w JOIN audience x ON x.id = w.to_audience_id JOIN audience o ON o.id = w.own_audience_id
), made AS (
    INSERT INTO annotation (document_id, id, group_id, author_id, mask_id, audience_id, base_id, open,
        thread_id, parent_id, ancestors, kind, moderation, draft, revision_id, body, tags, extra, shown,
        renderer, created_at, updated_at)
    SELECT w.document_id, $1::uuid, w.group_id, $2::uuid, mask_of(w.group_id, $2::uuid), w.to_audience_id,
           CASE WHEN w.to_moderation = 'pending'
                THEN audience_narrower(base_for(w.group_id, w.document_id, $2::uuid, false), w.base) END,
           w.class = 0, w.thread_id, w.id,
           coalesce(w.ancestors, '{}') || w.id, $8::text, w.to_moderation, $7::boolean,
           w.revision_id, $9::text, $10::text[], $11::json, $12::text, $13::integer, w.at, w.at
      FROM held w
    RETURNING *
), counted AS (
    UPDATE annotation a SET tally = tally_add(a.tally, m.audience_id, 0, 1)
      FROM (SELECT m.document_id, m.audience_id, unnest(m.ancestors) AS above FROM made m) m
     WHERE a.document_id = m.document_id AND a.id = m.above
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, holder_id, subject_id, actor_id, delta)
    SELECT m.document_id, 'annotation.created', m.group_id, m.audience_id,
           CASE WHEN m.open THEN '00000000-0000-0000-0000-000000000000' ELSE m.author_id END,
           m.id, m.author_id, 1
      FROM made m
)
SELECT m.id, m.group_id, m.audience_id, m.created_at FROM made m;
