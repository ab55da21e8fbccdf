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
),
\ir decision.part
     WHERE CASE WHEN t.id IS NULL THEN refuse('gone')
\ir decision_allowed.part
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
), logged AS (
    INSERT INTO moderation_entry (id, group_id, document_id, annotation_id, author_id, mask_id, actor_id,
        actor_mask_id, deed, note, created_at)
    SELECT $9::uuid, f.group_id, f.document_id, f.id, f.author_id, f.mask_id, $3::uuid,
           mask_of(f.group_id, $3::uuid), f.deed, $8::text, clock_timestamp()
      FROM fit f WHERE f.deed IS NOT NULL
),
\ir decision_told.part
SELECT f.deed FROM fit f;
