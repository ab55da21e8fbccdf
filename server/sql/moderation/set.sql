-- A leader's decision about an annotation in its home group: approved, hidden, denied or spam. What
-- comes back comes back to where it was, or to where its author's words would have gone. Settles the
-- flags that wait, but for those on one's own words, which one does not know of. Writes the log.
-- A batch: annotations/lock, annotations/lock_thread, this, annotations/settle, annotations/find.
-- $1 document uuid, $2 id uuid, $3 leader uuid, $4 the leader's true pass integer[], $5 group uuid,
-- $6 roles text[] that may, $7 state text, $8 note text or null, $9 uuid of the log's entry
-- Refuses: gone (deleted, or not theirs to see any more), not-allowed, own (one's own words, but to
-- approve them while they wait). Answers one row: deed text, null where nothing was to be done.
WITH target AS (
    SELECT a.* FROM annotation a
     WHERE a.document_id = $1::uuid AND a.id = $2::uuid AND a.group_id = $5::uuid
       AND (a.deleted_at IS NULL OR a.moderation NOT IN ('none', 'approved'))
       AND a.audience_id = ANY ($4::integer[])
), waiting AS (
    SELECT f.user_id FROM target t JOIN flag f ON f.document_id = t.document_id AND f.annotation_id = t.id
     WHERE f.group_id = $5::uuid AND f.settled_at IS NULL AND t.author_id <> $3::uuid
), fit AS (
    SELECT t.*,
           CASE WHEN $7::text <> 'approved'
                THEN CASE WHEN t.moderation <> $7 OR t.moderation_note IS DISTINCT FROM $8::text
                          THEN CASE $7 WHEN 'hidden' THEN 'hide' WHEN 'denied' THEN 'deny' ELSE 'spam' END END
                WHEN t.moderation = 'hidden' THEN 'unhide'
                WHEN t.moderation NOT IN ('none', 'approved') THEN 'approve'
                WHEN EXISTS (SELECT FROM waiting) THEN 'dismiss' END AS deed
      FROM (SELECT $2::uuid AS asked) q LEFT JOIN target t ON t.id = q.asked
     WHERE CASE WHEN t.id IS NULL THEN refuse('gone')
                WHEN NOT EXISTS (SELECT FROM member m WHERE m.group_id = $5::uuid AND m.user_id = $3::uuid
                                    AND m.role = ANY ($6::text[])) THEN refuse('not-allowed')
                WHEN t.author_id = $3::uuid AND NOT ($7::text = 'approved' AND t.moderation = 'pending')
                THEN refuse('own')
                ELSE true END
), changed AS (
    UPDATE annotation a
       SET moderation = $7::text,
           moderation_note = CASE WHEN $7 <> 'approved' THEN $8::text END,
           base_id = CASE WHEN f.deed = 'approve'
                          THEN nullif(coalesce(f.base_id,
                                   base_for(f.group_id, f.document_id, f.author_id, false)), f.audience_id)
                          ELSE f.base_id END
      FROM fit f
     WHERE f.deed IS NOT NULL AND f.deed <> 'dismiss'
       AND a.document_id = f.document_id AND a.id = f.id
    RETURNING a.id
), settled AS (
    UPDATE flag f SET settled_at = clock_timestamp(), settled_by = $3::uuid
      FROM waiting w, fit t
     WHERE t.deed IS NOT NULL AND f.document_id = $1::uuid AND f.annotation_id = $2::uuid
       AND f.user_id = w.user_id
), logged AS (
    INSERT INTO moderation_entry (id, group_id, document_id, annotation_id, author_id, mask_id, actor_id,
        actor_mask_id, deed, note, created_at)
    SELECT $9::uuid, f.group_id, f.document_id, f.id, f.author_id, f.mask_id, $3::uuid,
           mask_of(f.group_id, $3::uuid), f.deed, $8::text, clock_timestamp()
      FROM fit f WHERE f.deed IS NOT NULL
), told AS (
    -- its author and the leaders; of flags and what becomes of them its author learns nothing
    INSERT INTO event (document_id, kind, group_id, audience_id, holder_id, subject_id, actor_id)
    SELECT f.document_id, 'annotation.moderated', f.group_id, x.id, f.author_id, f.id, $3::uuid
      FROM fit f JOIN audience x ON x.group_id = f.group_id AND x.class = 1
     WHERE f.deed IS NOT NULL AND f.deed <> 'dismiss'
    UNION ALL
    SELECT '00000000-0000-0000-0000-000000000000', 'group.flags_settled', $5::uuid,
           flag_audience($5::uuid, f.author_id), '00000000-0000-0000-0000-000000000000', $5::uuid, $3::uuid
      FROM fit f WHERE f.deed IS NOT NULL AND EXISTS (SELECT FROM waiting)
)
SELECT f.deed FROM fit f;
