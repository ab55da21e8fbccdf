-- Stores a text with its first revision. Whether its owner may put it there, may_put.sql has said in
-- the same transaction; this one asks again by its join.
-- $1 id uuid, $2 owner uuid, $3 group uuid, $4 title text, $5 language text,
-- $6 revision uuid, $7 format text, $8 charset text, $9 sha256 bytea, $10 chars int, $11 bytes int
WITH home AS (
    SELECT g.id AS group_id, x.id AS audience_id
      FROM groups g JOIN audience x ON x.group_id = g.id AND x.class = 0
     WHERE g.id = $3::uuid
       AND g.deleted_at IS NULL
       AND (g.access = 'open'
            OR EXISTS (SELECT 1 FROM member m WHERE m.group_id = g.id AND m.user_id = $2))
), stored AS (
    INSERT INTO document (id, kind, group_id, audience_id, owner_id, mask_id, title, language,
                          current_revision_id)
    SELECT $1, 'text', group_id, audience_id, $2, mask_of(group_id, $2), $4, $5, $6 FROM home
    RETURNING id, group_id, audience_id, owner_id
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT id, 'document.created', group_id, audience_id, id, owner_id FROM stored
)
INSERT INTO revision (document_id, id, number, author_id, format, charset, sha256, chars, bytes)
SELECT id, $6, 1, owner_id, $7, $8, $9, $10, $11 FROM stored
RETURNING created_at;
