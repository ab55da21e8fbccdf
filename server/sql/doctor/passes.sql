-- Is every pass what members, roles, reveals, mutes and settings say?
-- Written from the audiences' side, apart from pass_of(), so that one mistake cannot hide in both.
-- A row is a fault.
WITH readers AS (
    SELECT u.id FROM users u
    UNION ALL SELECT '00000000-0000-0000-0000-000000000000'
    UNION ALL SELECT 'ffffffff-ffff-ffff-ffff-ffffffffffff'
), alive AS (
    SELECT x.id, x.class, x.group_id, x.for_id, g.access FROM audience x JOIN groups g ON g.id = x.group_id
     WHERE g.deleted_at IS NULL AND x.class IN (0, 1, 3, 5)
), due AS (
    -- what members read, what is between one and the leaders, and all else for those
    SELECT m.user_id, x.id FROM alive x JOIN member m ON m.group_id = x.group_id
     WHERE x.class = 0 OR x.for_id = m.user_id OR m.role IN ('owner', 'admin', 'moderator')
    UNION
    -- sealed ones that a member has opened, or that are open to all members
    SELECT m.user_id, x.id FROM alive x JOIN member m ON m.group_id = x.group_id
      JOIN reveal r ON r.audience_id = x.id AND r.user_id = m.user_id WHERE x.class = 3
    UNION
    SELECT m.user_id, x.id FROM alive x JOIN member m ON m.group_id = x.group_id
      JOIN reading r ON r.sealed_id = x.id WHERE x.class = 3 AND r.revealed_at IS NOT NULL
    UNION
    -- and to whoever else reads the group
    SELECT r.id, x.id FROM alive x
      JOIN (VALUES (uuid 'ffffffff-ffff-ffff-ffff-ffffffffffff', true),
                   (uuid '00000000-0000-0000-0000-000000000000', (SELECT s.public FROM server s)))
           AS r (id, reads) ON r.reads
     WHERE x.access IN ('open', 'restricted')
       AND (x.class = 0
            OR x.class = 3 AND x.id IN (SELECT r.sealed_id FROM reading r WHERE r.revealed_at IS NOT NULL))
), mutes AS (
    SELECT m.user_id, array_agg(m.muted_id ORDER BY m.muted_id) AS muted FROM mute m GROUP BY m.user_id
), sums AS (
    SELECT r.id, coalesce(array_agg(d.id ORDER BY d.id) FILTER (WHERE d.id IS NOT NULL), '{}') AS reads
      FROM readers r
      LEFT JOIN due d ON d.user_id = r.id
            AND NOT EXISTS (SELECT FROM users u WHERE u.id = r.id AND u.state <> 'active')
     GROUP BY r.id
)
SELECT 'the pass of ' || coalesce(p.user_id, s.id) || ' is ' || coalesce(p.reads::text, 'missing')
       || ', it should be ' || coalesce(s.reads::text, 'none at all') AS fault
  FROM pass p FULL JOIN sums s ON s.id = p.user_id
 WHERE p.reads IS DISTINCT FROM s.reads
UNION ALL
SELECT 'the pass of ' || p.user_id || ' mutes ' || p.muted::text || ', it should mute '
       || coalesce(m.muted::text, 'nobody')
  FROM pass p LEFT JOIN mutes m ON m.user_id = p.user_id
 WHERE p.muted <> coalesce(m.muted, '{}')
 ORDER BY fault;
