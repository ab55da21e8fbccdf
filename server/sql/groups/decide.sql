-- Decides on a request to join, after lock_request.sql, or takes it back; the same decision again changes
-- nothing. Refused: not-found, not-allowed, conflict (decided otherwise, or the account is closed).
-- $1 request, $2 actor, $3 roles that decide, $4 accepted, declined or withdrawn, $5 reason or null
WITH target AS (
    SELECT q.id, q.group_id, q.user_id, q.state,
           CASE WHEN $4::text = 'withdrawn' THEN q.user_id = $2::uuid ELSE m.user_id IS NOT NULL END AS may,
           u.state = 'active' OR $4::text <> 'accepted' AS fits
      FROM join_request q
      JOIN groups g ON g.id = q.group_id
      JOIN users u ON u.id = q.user_id
      LEFT JOIN member m ON m.group_id = g.id AND m.user_id = $2::uuid AND m.role = ANY ($3::text[])
     WHERE q.id = $1::uuid AND g.deleted_at IS NULL AND (q.user_id = $2::uuid OR m.user_id IS NOT NULL)
), decided AS (
    UPDATE join_request q
       SET state = $4::text, reason = $5::text, decided_by = $2::uuid, decided_at = now()
      FROM target t WHERE q.id = t.id AND t.may AND t.fits AND t.state = 'waiting'
    RETURNING q.id, q.group_id, q.user_id
), joined AS (
    INSERT INTO member (group_id, user_id)
    SELECT group_id, user_id FROM decided WHERE $4::text = 'accepted'
        ON CONFLICT ON CONSTRAINT member_pkey DO NOTHING
    RETURNING group_id, user_id
), masked AS ( -- where members are hidden: one who got a mask with their first words would tell of them
    SELECT mask_of(j.group_id, j.user_id) FROM joined j
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT uuid '00000000-0000-0000-0000-000000000000', 'request.' || $4::text, d.group_id, x.id, d.id, $2::uuid
      FROM decided d JOIN audience x ON x.group_id = d.group_id AND x.class = 1
    UNION ALL
    SELECT uuid '00000000-0000-0000-0000-000000000000', 'member.joined', t.group_id,
\ir told_to.part
           , t.user_id, $2::uuid
      FROM joined t
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM target) THEN refuse('not-found')
            WHEN NOT (SELECT may FROM target) THEN refuse('not-allowed')
            WHEN NOT EXISTS (SELECT FROM decided) AND (SELECT state <> $4::text FROM target)
            THEN refuse('conflict')
            ELSE EXISTS (SELECT FROM masked) END
