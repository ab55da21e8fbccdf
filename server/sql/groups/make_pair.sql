-- The group of two, unless they have one already: then stale.
-- $1 id, $2 one of them, $3 the other
WITH made AS (
    INSERT INTO groups (id, kind, access, name, pair_key)
    VALUES ($1::uuid, 'pair', 'private', 'Two readers',
            least($2::uuid, $3::uuid) || ' ' || greatest($2::uuid, $3::uuid))
        ON CONFLICT (pair_key) WHERE pair_key IS NOT NULL DO NOTHING
    RETURNING id
), audiences AS (
    INSERT INTO audience (group_id, class) SELECT id, class FROM made, generate_series(0, 2) class
    RETURNING id, group_id, class
), members AS (
    INSERT INTO member (group_id, user_id)
    SELECT id, user_id FROM made, unnest(ARRAY[$2::uuid, $3::uuid]) user_id
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'group.created', group_id, id, group_id, $2::uuid
      FROM audiences WHERE class = 0
)
SELECT refuse('stale') WHERE NOT EXISTS (SELECT FROM made)
