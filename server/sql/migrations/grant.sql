-- $1 the role that the server runs as
SELECT gloss.grant_rights($1::text::name)
