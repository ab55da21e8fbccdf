-- Changes name, description and settings, after lock_whole.sql. Refused when another change came first:
-- stale; where others were promised more: anonymity-kept.
-- $1 group, $2 actor, $3 roles that may, $4 the version it is made for, $5 name,
-- $6 description, $7 access, $8 anonymous, $9 leaders_see_through, $10 premoderated
WITH target AS (
    SELECT g.id,
           (g.anonymous AND NOT $8::boolean OR $9::boolean AND NOT g.leaders_see_through)
           AND (EXISTS (SELECT FROM member o WHERE o.group_id = g.id AND o.user_id <> $2::uuid)
                OR EXISTS (SELECT FROM mask k WHERE k.group_id = g.id AND k.user_id <> $2::uuid)) AS is_kept
      FROM groups g JOIN member m ON m.group_id = g.id
     WHERE g.id = $1::uuid AND g.kind = 'group' AND g.deleted_at IS NULL AND g.version = $4::integer
       AND m.user_id = $2::uuid AND m.role = ANY ($3::text[])
), changed AS (
    UPDATE groups g
       SET name = $5::text, description = $6::text, access = $7::text, anonymous = $8::boolean,
           leaders_see_through = $9::boolean, premoderated = $10::boolean,
           version = version + 1, updated_at = now()
      FROM target t WHERE g.id = t.id AND NOT t.is_kept
    RETURNING g.id, g.anonymous
), masked AS ( -- where members are hidden each has a mask, and nobody has taken theirs off
    SELECT mask_of(m.group_id, m.user_id) FROM changed c JOIN member m ON m.group_id = c.id WHERE c.anonymous
), noticed AS ( -- names turn into masks
    UPDATE server SET names = names + 1
     WHERE EXISTS (SELECT FROM changed c JOIN groups g ON g.id = c.id
                    WHERE g.leaders_see_through <> $9::boolean OR g.anonymous <> $8::boolean)
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'group.updated', c.id, x.id, c.id, $2::uuid
      FROM changed c JOIN audience x ON x.group_id = c.id AND x.class = 0
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM target) THEN refuse('stale')
            WHEN (SELECT is_kept FROM target) THEN refuse('anonymity-kept')
            ELSE (SELECT count(*) FROM masked) > 0 END
