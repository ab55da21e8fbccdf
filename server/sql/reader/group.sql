-- A group for its page, if the reader is in it or may read in it. The invitation is one that is open
-- to any number, for its owners.
-- $1 reader uuid, $2 audiences of their pass integer[], $3 group uuid
SELECT g.id, g.kind, g.access, g.name, g.description, m.role, i.id AS invitation_id, i.code
  FROM groups g
  JOIN audience a ON a.group_id = g.id AND a.class = 0
  LEFT JOIN member m ON m.group_id = g.id AND m.user_id = $1
  LEFT JOIN LATERAL (SELECT i.id, i.code FROM invitation i
                      WHERE i.group_id = g.id AND m.role = 'owner' AND i.revoked_at IS NULL
                        AND i.uses_left IS NULL AND i.role = 'member'
                        AND (i.expires_at IS NULL OR i.expires_at > now())
                      ORDER BY i.created_at DESC, i.id DESC LIMIT 1) i ON true
 WHERE g.id = $3 AND g.deleted_at IS NULL AND (m.user_id IS NOT NULL OR a.id = ANY ($2::integer[]))
