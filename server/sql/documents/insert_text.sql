-- The words of a revision that was stored just before.
-- $1 document uuid, $2 revision uuid, $3 canonical text, $4 html text, $5 toc json, $6 source bytea,
-- $7 map bytea
INSERT INTO revision_text (document_id, revision_id, canonical, html, toc, source, map)
VALUES ($1, $2, $3, $4, $5, $6, $7);
