-- Who holds this token, and what they may read. No row: nobody does, or not any more.
-- $1 SHA-256 of the token
SELECT u.id, u.name, u.display_name, u.admin, u.own_group_id, t.id AS credential, t.scopes,
       t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 hour' AS is_stale,
       reads_of(u.id) AS reads,
       ARRAY(SELECT DISTINCT o FROM pass p CROSS JOIN LATERAL unnest(p.past) o
              WHERE p.user_id IN (u.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') ORDER BY o) AS past,
       (SELECT p.muted FROM pass p WHERE p.user_id = u.id) AS muted
  FROM token t
  JOIN users u ON u.id = t.user_id
 WHERE t.hash = $1::bytea AND u.state = 'active' AND (t.expires_at IS NULL OR t.expires_at > now())
