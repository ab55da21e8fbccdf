-- What a code invites to, for whoever has it.
-- $1 code, $2 reader
SELECT i.role, i.expires_at, g.id AS group_id, g.name AS group_name,
       g.description AS group_description, u.id AS author_id, u.name AS author_name,
       u.display_name AS author_display_name,
       i.revoked_at IS NULL AND (i.expires_at IS NULL OR i.expires_at > now())
           AND (i.uses_left IS NULL OR i.uses_left > 0) AND g.deleted_at IS NULL AS is_open
  FROM invitation i
  JOIN groups g ON g.id = i.group_id
\ir inviter.part
 WHERE i.code = $1::text
