-- Makes drafts of one's own visible together, in whatever documents they are: all or none. Locks what
-- decides where they go, as annotations/lock and annotations/lock_thread do.
-- $1 author uuid, $2 ids uuid[], $3 uuid of this publication, $4 document uuid or null (where all of it
-- was asked for: for annotations/published)
-- Refuses: `drafts 2 unknown,5 no-draft`, the places of those that cannot be (from 1), with a word each
-- (drafts_unfit).
WITH done AS MATERIALIZED (
    SELECT publish_drafts($1::uuid, $2::uuid[])
)
INSERT INTO event (document_id, kind, subject_id, actor_id)
SELECT coalesce($4::uuid, '00000000-0000-0000-0000-000000000000'), 'drafts.published', $3::uuid, $1::uuid
  FROM done;
