-- Who signed in with this cookie, and what they may read. No row: nobody, or that has ended.
-- $1 SHA-256 of the cookie's value
SELECT u.id, u.name, u.display_name, u.admin, u.own_group_id, s.id AS credential,
       s.last_used_at < now() - interval '1 hour' AS is_stale, reads_of(u.id) AS reads,
       ARRAY(SELECT DISTINCT o FROM pass p CROSS JOIN LATERAL unnest(p.past) o
              WHERE p.user_id IN (u.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') ORDER BY o) AS past,
       (SELECT p.muted FROM pass p WHERE p.user_id = u.id) AS muted
  FROM session s
  JOIN users u ON u.id = s.user_id
 WHERE s.hash = $1::bytea AND u.state = 'active'
   AND s.expires_at > now() AND s.last_used_at > now() - interval '14 days'
