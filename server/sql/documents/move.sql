-- Gives a text another home, in the version that was read before; its owner may, and once their account
-- has been erased who manages the texts of its home group. That they may put it
-- there, may_put.sql has said. Annotations stay in their groups: moving the text changes the audience
-- of none. The old group and the new learn of it.
-- $1 id uuid, $2 user uuid, $3 version integer, $4 group uuid, $5 roles that manage its
-- home's texts text[]
WITH target AS MATERIALIZED (
    SELECT d.id, d.group_id, d.audience_id, d.owner_id = $2 AS is_owner, owns_text(d.id, $2, $5::text[]) AS may
      FROM document d
     WHERE d.id = $1 AND d.version = $3::integer AND d.kind = 'text' AND d.deleted_at IS NULL
       FOR UPDATE OF d
), home AS (
    SELECT g.id AS group_id, x.id AS audience_id
      FROM groups g JOIN audience x ON x.group_id = g.id AND x.class = 0
     WHERE g.deleted_at IS NULL
       AND g.id = $4::uuid
), moved AS (
    UPDATE document d
       SET group_id = h.group_id, audience_id = h.audience_id, version = d.version + 1,
           mask_id = CASE WHEN t.is_owner THEN mask_of(h.group_id, $2) END, updated_at = clock_timestamp()
      FROM target t, home h WHERE d.id = t.id AND t.may
    RETURNING d.id, d.group_id, d.audience_id
), unlisted AS (
    DELETE FROM listing l USING moved m WHERE l.document_id = m.id AND l.group_id = m.group_id
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT m.id, 'document.moved', r.group_id, r.audience_id, m.id, $2
      FROM moved m CROSS JOIN LATERAL (
            SELECT m.group_id, m.audience_id
             UNION
            SELECT t.group_id, t.audience_id FROM target t) r
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM target) THEN refuse('precondition-failed')
            WHEN NOT (SELECT may FROM target) THEN refuse('not-allowed')
            WHEN NOT EXISTS (SELECT FROM moved) THEN refuse('conflict')
            ELSE true END AS done;
