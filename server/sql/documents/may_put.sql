-- May this user put a text into this group? One row, or a refusal: not-allowed where they may only
-- read, no-such-group where they may not know of it.
-- $1 user uuid, $2 the user's reads int[], $3 group uuid
SELECT g.id AS group_id, x.id AS audience_id,
       CASE WHEN g.id IS NULL THEN refuse('no-such-group')
            WHEN m.user_id IS NOT NULL OR (g.access = 'open' AND x.id = ANY ($2::integer[])) THEN true
            WHEN x.id = ANY ($2::integer[]) THEN refuse('not-allowed')
            ELSE refuse('no-such-group') END AS may
  FROM (SELECT $3::uuid AS id) wanted
  LEFT JOIN groups g ON g.id = wanted.id AND g.deleted_at IS NULL
  LEFT JOIN audience x ON x.group_id = g.id AND x.class = 0
  LEFT JOIN member m ON m.group_id = g.id AND m.user_id = $1;
