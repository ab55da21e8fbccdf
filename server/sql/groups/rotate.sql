-- Another code for an invitation; the old one is dead. Refused: not-found for who does not belong to the
-- group, or when there is none; not-allowed for its other members; gone.
-- $1 invitation, $2 actor, $3 roles that may invite, $4 make moderators, $5 make admins and owners,
-- $6 the new code
WITH target AS (
    SELECT i.id, i.group_id,
           (i.expires_at IS NULL OR i.expires_at > now()) AND (i.uses_left IS NULL OR i.uses_left > 0) AS is_open,
\ir givable.part
           AS may
      FROM invitation i
      JOIN groups g ON g.id = i.group_id AND g.deleted_at IS NULL
      JOIN member m ON m.group_id = i.group_id AND m.user_id = $2::uuid
     WHERE i.id = $1::uuid AND i.revoked_at IS NULL
), rotated AS (
    UPDATE invitation i SET code = $6::text FROM target t WHERE i.id = t.id AND t.may AND t.is_open
    RETURNING i.id, i.group_id
), told AS (
    INSERT INTO event (document_id, kind, group_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'invitation.rotated', group_id, id, $2::uuid FROM rotated
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM target) THEN refuse('not-found')
            WHEN NOT (SELECT may FROM target) THEN refuse('not-allowed')
            WHEN NOT (SELECT is_open FROM target) THEN refuse('gone') END
