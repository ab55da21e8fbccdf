-- Ends an invitation. Refused: not-found for who does not read the group, or when there is none;
-- not-allowed for the group's other members.
-- $1 invitation, $2 actor, $3 roles that may
WITH target AS (
    SELECT i.id, i.group_id, m.role
      FROM invitation i
      JOIN member m ON m.group_id = i.group_id AND m.user_id = $2::uuid
     WHERE i.id = $1::uuid AND i.revoked_at IS NULL
), revoked AS (
    UPDATE invitation i SET revoked_at = now() FROM target t
     WHERE i.id = t.id AND t.role = ANY ($3::text[])
    RETURNING i.id, i.group_id
), told AS (
    INSERT INTO event (document_id, kind, group_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'invitation.revoked', group_id, id, $2::uuid FROM revoked
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM target) THEN refuse('not-found')
            WHEN NOT EXISTS (SELECT FROM revoked) THEN refuse('not-allowed') END
