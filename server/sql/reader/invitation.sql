-- What an invitation's code leads to, whether or not it can still be accepted. Where members do not
-- see each other's names, nobody learns from it who invites.
-- $1 code text, $2 reader uuid
SELECT g.id, g.name, g.description, g.access, g.anonymous, g.leaders_see_through, g.premoderated,
       CASE WHEN NOT g.anonymous THEN u.display_name END AS author_name,
       i.revoked_at IS NULL AND g.deleted_at IS NULL AND coalesce(i.uses_left > 0, true)
         AND coalesce(i.expires_at > now(), true) AS open,
       EXISTS (SELECT 1 FROM member m WHERE m.group_id = g.id AND m.user_id = $2) AS is_member
  FROM invitation i
  JOIN groups g ON g.id = i.group_id
\ir ../groups/inviter.part
 WHERE i.code = $1
