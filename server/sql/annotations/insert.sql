-- Stores an annotation that is no reply, with its anchor and its event. Decides which group it goes
-- to: the named one; else the one group through which the author reads the text and may write; else
-- the author's own. A batch: [idempotency/keep], annotations/lock, this, annotations/find.
-- $1 id uuid, $2 author uuid, $3 the author's true pass integer[], $4 document uuid,
-- $5 group uuid or null, $6 private boolean, $7 draft boolean, $8 kind text, $9 body text or null,
-- $10 tags text[], $11 quote text or null, $12 prefix text or null, $13 suffix text or null,
-- $14 selectors json or null, $15 extra json or null, $16 shown text, $17 renderer integer,
-- $18 revision uuid or null; the anchor, null for none: $19 start integer, $20 end integer,
-- $21 state text, $22 score double precision; the same in the current revision, where that is another
-- one: $23 revision uuid or null, $24 start integer, $25 end integer, $26 state text, $27 score double
-- precision; $28 replacement text, null where it is no suggestion
-- Refuses: not-found (no such document, or not readable), group-not-found (no such group, or unknown
-- to the author), group-elsewhere (the group does not read this text), not-allowed (may not write
-- there), annotations-off (the text's owner does not let the group write), revision-moved (the text has
-- another revision by now than those that it is placed in).
-- Answers id, group_id, audience_id, created_at.
WITH text AS (
    SELECT d.id, d.kind, d.owner_id, d.group_id, d.audience_id,
           d.current_revision_id IS DISTINCT FROM coalesce($23::uuid, $18::uuid) AS has_moved
      FROM document d WHERE d.id = $4::uuid AND d.deleted_at IS NULL
), ways AS (
    SELECT t.group_id FROM text t WHERE t.audience_id = ANY ($3::integer[])
    UNION
    SELECT l.group_id FROM text t JOIN listing l ON l.document_id = t.id
     WHERE l.audience_id = ANY ($3::integer[])
), writable AS MATERIALIZED ( -- asked once for each way; null: may not write there
    SELECT w.group_id, audience_for(w.group_id, $4::uuid, $2::uuid, $6::boolean OR $7::boolean) AS audience_id
      FROM ways w WHERE $5::uuid IS NULL OR w.group_id = $5
), chosen AS (
    SELECT CASE
           WHEN $5::uuid IS NOT NULL THEN $5
           WHEN (SELECT count(w.audience_id) FROM writable w) = 1
           THEN (SELECT w.group_id FROM writable w WHERE w.audience_id IS NOT NULL)
           ELSE u.own_group_id END AS group_id,
           t.id IS NOT NULL AND (t.kind = 'page' OR t.owner_id = u.id OR EXISTS (SELECT FROM ways))
               AS is_readable,
           $21::text IS NOT NULL AND t.has_moved AS has_moved,
           $5::uuid IS NULL OR EXISTS (SELECT FROM audience x
                WHERE x.group_id = $5 AND x.id = ANY ($3::integer[])) AS is_known,
           $5::uuid IS NULL OR $5 = u.own_group_id OR t.kind = 'page' OR $5 IN (SELECT group_id FROM ways)
               OR group_reads($5, $4::uuid) AS fits
      FROM users u LEFT JOIN text t ON true WHERE u.id = $2::uuid
), allowed AS (
    SELECT c.group_id,
           CASE WHEN w.group_id IS NOT NULL THEN w.audience_id
                ELSE audience_for(c.group_id, $4::uuid, $2::uuid, $6::boolean OR $7::boolean)
                END AS audience_id,
           clock_timestamp() AS at
      FROM chosen c LEFT JOIN writable w ON w.group_id = c.group_id
     WHERE CASE WHEN NOT c.is_readable THEN refuse('not-found')
                WHEN NOT c.is_known THEN refuse('group-not-found')
                WHEN NOT c.fits THEN refuse('group-elsewhere')
                WHEN c.has_moved THEN refuse('revision-moved')
                ELSE true END
), made AS (
    INSERT INTO annotation (document_id, id, group_id, author_id, mask_id, audience_id, base_id, open,
        thread_id, kind, moderation, draft, revision_id, body, tags, quote_exact, quote_prefix,
        quote_suffix, selectors, extra, shown, renderer, created_at, updated_at)
    SELECT $4::uuid, $1::uuid, w.group_id, $2::uuid, mask_of(w.group_id, $2::uuid), w.audience_id,
           CASE WHEN x.class = 1 THEN base_for(w.group_id, $4::uuid, $2::uuid, false) END,
           x.class = 0, $1::uuid, $8::text,
           CASE WHEN x.class = 1 THEN 'pending' ELSE 'none' END, $7::boolean, $18::uuid, $9::text,
           $10::text[], $11::text, $12::text, $13::text, $14::json, $15::json, $16::text,
           $17::integer, w.at, w.at
      FROM allowed w LEFT JOIN audience x ON x.id = w.audience_id
     WHERE w.audience_id IS NOT NULL
        OR refuse(CASE WHEN base_for(w.group_id, $4::uuid, $2::uuid, true) IS NULL THEN 'not-allowed'
                       ELSE 'annotations-off' END)
    RETURNING *
), placed AS (
    INSERT INTO anchor (document_id, annotation_id, revision_id, start_chars, end_chars, state, score)
    SELECT m.document_id, m.id, m.revision_id, $19::integer, $20::integer, $21::text,
           $22::double precision
      FROM made m WHERE $21::text IS NOT NULL
    UNION ALL
    SELECT m.document_id, m.id, $23::uuid, $24::integer, $25::integer, $26::text, $27::double precision
      FROM made m WHERE $26::text IS NOT NULL
), suggested AS (
    INSERT INTO suggestion (document_id, annotation_id, replacement)
    SELECT m.document_id, m.id, $28::text FROM made m WHERE $28::text IS NOT NULL
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, holder_id, subject_id, actor_id, delta)
    SELECT m.document_id, 'annotation.created', m.group_id, m.audience_id,
           CASE WHEN m.open THEN '00000000-0000-0000-0000-000000000000' ELSE m.author_id END,
           m.id, m.author_id, 1
      FROM made m
)
SELECT m.id, m.group_id, m.audience_id, m.created_at FROM made m;
