-- A reader's reaction to an annotation, in the group through which they read it: its home, else one in
-- which it is shown; with the narrower of its audience there and their own. Repeating it changes
-- nothing. A batch: annotations/lock, annotations/lock_thread, this, annotations/find.
-- $1 document uuid, $2 annotation uuid, $3 reader uuid, $4 the reader's true pass integer[],
-- $5 what integer (1 agree, 2 disagree, 3 question, 4 thanks, 5 want_answer)
-- Refuses: not-found (no annotation that the reader may see), gone (a tombstone), not-allowed (may not
-- write in its group), annotations-off (the text's owner does not let that group write).
-- Answers one row, `made` false when it was there before.
WITH target AS (
    SELECT a.document_id, a.id, t.group_id, t.audience_id, a.deleted_at,
           base_for(t.group_id, a.document_id, $3::uuid, false) AS own_audience_id
      FROM annotation a
     CROSS JOIN LATERAL ( -- none: they may not see it
        SELECT w.group_id, w.audience_id FROM (
            SELECT a.group_id, a.audience_id, 0 AS place
             WHERE a.author_id = $3::uuid OR a.audience_id = ANY ($4::integer[])
            UNION ALL
            SELECT x.group_id, x.id, x.id FROM audience x
             WHERE x.id = ANY (a.also) AND x.id = ANY ($4::integer[])) w
         ORDER BY w.place LIMIT 1) t
     WHERE a.document_id = $1::uuid AND a.id = $2::uuid
), allowed AS (
    SELECT t.*, audience_narrower(t.audience_id, t.own_audience_id) AS to_audience_id
      FROM (SELECT $2::uuid AS asked) q LEFT JOIN target t ON t.id = q.asked
     WHERE CASE WHEN t.id IS NULL THEN refuse('not-found')
                WHEN t.deleted_at IS NOT NULL THEN refuse('gone')
                WHEN base_for(t.group_id, t.document_id, $3::uuid, true) IS NULL THEN refuse('not-allowed')
                WHEN t.own_audience_id IS NULL THEN refuse('annotations-off')
                ELSE true END
), made AS (
    INSERT INTO reaction (document_id, annotation_id, user_id, mask_id, what, audience_id, created_at)
    SELECT w.document_id, w.id, $3::uuid, mask_of(w.group_id, $3::uuid), $5::integer, w.to_audience_id,
           clock_timestamp()
      FROM allowed w
        ON CONFLICT ON CONSTRAINT reaction_pkey DO NOTHING
    RETURNING document_id, annotation_id, what, audience_id
), counted AS (
    UPDATE annotation a SET tally = tally_add(a.tally, m.audience_id, m.what, 1) FROM made m
     WHERE a.document_id = $1::uuid AND a.id = $2::uuid
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, holder_id, subject_id, actor_id)
    SELECT w.document_id, 'reaction.added', w.group_id, w.to_audience_id,
           CASE WHEN x.class = 0 THEN '00000000-0000-0000-0000-000000000000' ELSE $3::uuid END,
           w.id, $3::uuid
      FROM made m, allowed w JOIN audience x ON x.id = w.to_audience_id
)
SELECT EXISTS (SELECT FROM made) AS made FROM allowed;
