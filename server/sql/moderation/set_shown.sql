-- A decision of the leaders of a further group in which an annotation is shown, about that alone: in its
-- home group and in others it stays as it is.
-- A batch: annotations/lock, annotations/lock_thread, this, annotations/settle, annotations/find.
-- $1 document uuid, $2 id uuid, $3 leader uuid, $4 the leader's true pass integer[], $5 group uuid,
-- $6 roles text[] that may, $7 state text, $8 note text or null, $9 uuid of the log's entry
-- Refuses: elsewhere (not shown there, as far as the leader sees), not-allowed, own. Answers one row:
-- deed text, null where nothing was to be done.
WITH target AS (
    SELECT a.id, a.document_id, a.author_id, w.audience_id, w.base_id, w.moderation, w.moderation_note
      FROM annotation a
      JOIN showing w ON w.document_id = a.document_id AND w.annotation_id = a.id
      JOIN audience x ON x.id = w.audience_id AND x.group_id = $5::uuid
     WHERE a.document_id = $1::uuid AND a.id = $2::uuid AND a.deleted_at IS NULL
       AND w.audience_id = ANY ($4::integer[])
),
\ir decision.part
     WHERE CASE WHEN t.id IS NULL THEN refuse('elsewhere')
\ir decision_allowed.part
), changed AS (
    UPDATE showing w
       SET moderation = $7::text, moderation_note = CASE WHEN $7 <> 'approved' THEN $8::text END,
           base_id = CASE WHEN f.deed = 'approve'
                          THEN nullif(coalesce(f.base_id,
                                   base_for($5::uuid, f.document_id, f.author_id, false)), f.audience_id)
                          ELSE f.base_id END
      FROM fit f
     WHERE f.deed IS NOT NULL AND f.deed <> 'dismiss'
       AND w.document_id = f.document_id AND w.annotation_id = f.id AND w.audience_id = f.audience_id
), logged AS (
    INSERT INTO moderation_entry (id, group_id, document_id, annotation_id, author_id, actor_id,
        actor_mask_id, deed, note, created_at)
    SELECT $9::uuid, $5::uuid, f.document_id, f.id, f.author_id, $3::uuid, mask_of($5::uuid, $3::uuid),
           f.deed, $8::text, clock_timestamp()
      FROM fit f WHERE f.deed IS NOT NULL
),
\ir decision_told.part
SELECT f.deed FROM fit f;
