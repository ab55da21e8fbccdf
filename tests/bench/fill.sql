-- Fills a migrated database with what reading groups write in a year, and says `filled` at its end.
-- psql variables: rows, long_text and short_text (ids of two texts put in through the server).
--
-- A fifth of the rows is on documents of 1,000 annotations, the rest on documents of 50; they were
-- written at the same time everywhere, so those of one document lie scattered in the table. One in ten
-- is private, one in ten a reply, one in ten has a reaction. Ids can be worked out from the number of
-- the document and that of the annotation on it, and hold decimal digits only, so that pgbench, which
-- knows numbers alone, can name any of them (see world.js, which works them out too).
--
-- Beside the ten groups that all this is in there are forty small ones, of 500 annotations each where there
-- are a million, on texts of 50, for two readers who are in all fifty groups; one of them has muted ten of the writers.
\set ON_ERROR_STOP on
SET search_path = gloss;
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET work_mem = '256MB';
CREATE SCHEMA bench;

CREATE FUNCTION bench.id(what integer, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('0187' || what || '00000007000' || (8000000000000000 + n))::uuid $$;
CREATE FUNCTION bench.note_id(t bigint, slot bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('0' || ((19000000000 + t) * 10000 + 7000) || (8000000000000000 + slot))::uuid $$;
CREATE FUNCTION bench.at(t bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT to_timestamp(('x0000019' || lpad(t::text, 9, '0'))::bit(64)::bigint / 1000.0) $$;

SELECT least(:rows, greatest(:rows / 5, 10000)) / 1000 AS long, 200 AS writers \gset
SELECT (:rows - :long * 1000) / 50 AS short \gset
SELECT 900000 / :long AS long_phase, 18000000 / greatest(:short, 1) AS short_phase \gset
SELECT 40 AS small_groups, least(10, greatest(1, :rows / 100000)) AS small_texts, 210 AS wide_reader \gset

-- -- people: 8 readers in all of 10 groups, their owner, 20 writers in each, 5 in each of the small ones,
-- -- and the two who are in all ---------------------------------------------------------------------------

SELECT count(create_user(bench.id(0, u), 'user' || u, 'User ' || u, NULL, false, bench.id(2, u)))
  FROM generate_series(1, 9) u;
-- what its triggers do is planned for the few rows of an empty database, else
ANALYZE;
DISCARD PLANS;
SELECT count(create_user(bench.id(0, u), 'user' || u, 'User ' || u, NULL, false, bench.id(2, u)))
  FROM generate_series(10, 1 + :wide_reader) u;
SELECT count(create_group(bench.id(1, g), 'group', 'private', 'Group ' || g, NULL, bench.id(0, 9)))
  FROM generate_series(0, 9 + :small_groups) g;
INSERT INTO member (group_id, user_id)
SELECT bench.id(1, g), bench.id(0, u) FROM generate_series(1, 8) u, generate_series(0, 9) g
UNION ALL
SELECT bench.id(1, u % 10), bench.id(0, u) FROM generate_series(10, 9 + :writers) u
UNION ALL
SELECT bench.id(1, 10 + u % :small_groups), bench.id(0, u) FROM generate_series(10, 9 + :writers) u
UNION ALL
SELECT bench.id(1, g), bench.id(0, u)
  FROM generate_series(:wide_reader, 1 + :wide_reader) u, generate_series(0, 9 + :small_groups) g;
INSERT INTO token (id, user_id, hash, name, scopes)
SELECT bench.id(5, u), bench.id(0, u), sha256(convert_to('gloss_' || lpad(u::text, 43, 'b'), 'UTF8')),
       'bench', 127
  FROM unnest(array_cat(ARRAY(SELECT generate_series(1, 8)), ARRAY[:wide_reader, 1 + :wide_reader])) u;

-- One of the two does not read ten of the writers.
INSERT INTO mute (user_id, muted_id)
SELECT bench.id(0, 1 + :wide_reader), bench.id(0, u) FROM generate_series(17, 197, 20) u;

-- -- texts -----------------------------------------------------------------------------------------

-- What follows is right by construction: nothing is looked up again for it.
SET session_replication_role = replica;

CREATE TEMP TABLE placed AS
SELECT d, d % 10 AS g FROM generate_series(0, :long + :short - 1) d
UNION ALL
SELECT :long + :short + s, 10 + s % :small_groups FROM generate_series(0, :small_groups * :small_texts - 1) s;
ANALYZE placed;

INSERT INTO document (id, kind, group_id, audience_id, owner_id, title, language, current_revision_id,
    created_at, updated_at)
SELECT bench.id(3, d), 'text', x.group_id, x.id, bench.id(0, 9), 'Text ' || d, 'en', bench.id(4, d),
       '2024-06-01', '2024-06-01'
  FROM placed
  JOIN audience x ON x.group_id = bench.id(1, g) AND x.class = 0;
INSERT INTO revision (document_id, id, number, author_id, format, charset, sha256, chars, bytes, created_at)
SELECT bench.id(3, d), bench.id(4, d), 1, bench.id(0, 9), r.format, r.charset, r.sha256, r.chars, r.bytes,
       '2024-06-01'
  FROM placed
  JOIN revision r ON r.document_id = CASE WHEN d < :long THEN :'long_text' ELSE :'short_text' END::uuid;
INSERT INTO revision_text (document_id, revision_id, canonical, html, toc, source, map)
SELECT bench.id(3, d), bench.id(4, d), r.canonical, r.html, r.toc, r.source, r.map
  FROM placed
  JOIN revision_text r ON r.document_id = CASE WHEN d < :long THEN :'long_text' ELSE :'short_text' END::uuid;

-- -- annotations -----------------------------------------------------------------------------------

-- The indexes of lists are left out while rows come in, and built again in one go. They are not
-- dropped for it: of two that look alike to the planner it takes the one that was made later, and that
-- has to stay as the migrations have it.
CREATE TEMP TABLE laid_aside AS
SELECT i.indexrelid FROM pg_index i
 WHERE i.indrelid IN ('annotation'::regclass, 'anchor'::regclass, 'event'::regclass)
   AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid);
UPDATE pg_index SET indisready = false, indisvalid = false
 WHERE indexrelid IN (SELECT indexrelid FROM laid_aside);

CREATE TEMP TABLE made AS
SELECT q.*, bench.note_id(q.t, q.slot) AS id, bench.at(q.t) AS at, p.g, j % 10 = 9 AS private,
       j % 10 = 5 AS reply,
       bench.id(0, CASE WHEN p.g > 9 THEN CASE WHEN j % 20 = 3 OR j % 50 = 49 THEN :wide_reader
                                               ELSE 10 + (p.g + 20) % 40 + 40 * ((j * 7 + q.d) % 5) END
                        WHEN j % 20 = 3 THEN 1 + j / 20 % 8
                        WHEN j % 50 = 49 THEN 1 + j / 50 % 8
                        ELSE 10 + 10 * ((j * 7 + q.d) % 20) + p.g END) AS author_id
  FROM (
    SELECT d, j, d * 1000 + j AS slot, j * 900000 + d * :long_phase AS t, 64 * (j % 300) AS start
      FROM generate_series(0::bigint, :long - 1) d, generate_series(0::bigint, 999) j
    UNION ALL
    SELECT d, j, :long * 1000 + (d - :long) * 50 + j, j * 18000000 + (d - :long) * :short_phase,
           64 * (j % 48)
      FROM generate_series(:long, :long + :short - 1) d, generate_series(0::bigint, 49) j
    UNION ALL
    SELECT :long + :short + s, j, :long * 1000 + (:short + s) * 50 + j,
           j * 18000000 + s * (18000000 / (:small_groups * :small_texts)) + 1, 64 * (j % 48)
      FROM generate_series(0, :small_groups * :small_texts - 1) s, generate_series(0::bigint, 49) j) q
  JOIN placed p ON p.d = q.d;
CREATE TEMP TABLE passage AS
SELECT n.long, n.start, replace(substr(r.canonical, n.start - 22, 32), E'\n', ' ') AS before,
       replace(substr(r.canonical, n.start + 46, 32), E'\n', ' ') AS after,
       substr(r.canonical, n.start + 10, 36) AS exact
  FROM (SELECT true AS long, 64 * generate_series(0, 299) AS start
        UNION ALL SELECT false, 64 * generate_series(0, 47)) n
  JOIN revision_text r ON r.document_id = CASE WHEN n.long THEN :'long_text' ELSE :'short_text' END::uuid;
ANALYZE made;
ANALYZE passage;

INSERT INTO annotation (document_id, id, group_id, author_id, audience_id, open, thread_id, parent_id,
    ancestors, kind, revision_id, body, tags, quote_exact, quote_prefix, quote_suffix, selectors, shown,
    renderer, tally, created_at, updated_at)
SELECT bench.id(3, m.d), m.id, x.group_id, m.author_id, x.id, NOT m.private,
       coalesce(p.id, m.id), p.id, CASE WHEN m.reply THEN ARRAY[p.id] END, 'comment',
       bench.id(4, m.d), w.body, w.tags, w.exact, w.before, w.after,
       w.selectors::json,
       '"kind":"comment","body":"' || w.body || '","body_html":"\u003cp\u003e' || w.body
           || '\u003c/p\u003e\n","tags":' || array_to_json(w.tags) || ',"quote":'
           || coalesce('{"exact":"' || w.exact || '","prefix":"' || w.before || '","suffix":"'
                       || w.after || '"}', 'null')
           || ',"selectors":' || coalesce(w.selectors, '[]'),
       1,
       CASE m.j % 10 WHEN 4 THEN ARRAY[x.id, 0, 1] WHEN 2 THEN ARRAY[x.id, 1, 1] END,
       m.at, m.at
  FROM made m
  JOIN audience x ON x.group_id = bench.id(1, m.g) AND x.class = CASE WHEN m.private THEN 2 ELSE 0 END
  LEFT JOIN made p ON m.reply AND p.d = m.d AND p.j = m.j - 1
  LEFT JOIN passage c ON c.long = (m.d < :long) AND c.start = m.start AND NOT m.reply
 CROSS JOIN LATERAL (
    SELECT c.exact, c.before, c.after,
           'Who says so, and to whom? Remark ' || m.slot || ' asks for more than the passage can bear, '
           || repeat('and it says so at some length, ', (m.slot % 4)::int) || 'as others did before.' AS body,
           CASE WHEN m.slot % 3 = 0 THEN ARRAY['doubt', 'walking'] ELSE ARRAY['walking'] END AS tags,
           '[{"type":"TextQuoteSelector","exact":"' || c.exact || '","prefix":"' || c.before
           || '","suffix":"' || c.after || '"},{"type":"TextPositionSelector","start":' || m.start + 9
           || ',"end":' || m.start + 45 || '}]' AS selectors) w
 ORDER BY m.t;

INSERT INTO anchor (document_id, annotation_id, revision_id, start_chars, end_chars, state, score)
SELECT bench.id(3, d), id, bench.id(4, d), start + 9, start + 45, 'exact', 1
  FROM made WHERE NOT reply ORDER BY t;
INSERT INTO reaction (document_id, annotation_id, user_id, what, audience_id, created_at)
SELECT bench.id(3, m.d), m.id, bench.id(0, 2), 1, x.id, m.at
  FROM made m JOIN audience x ON x.group_id = bench.id(1, m.g) AND x.class = 0
 WHERE m.j % 10 = 2;
INSERT INTO event (document_id, ordinal, kind, group_id, audience_id, holder_id, subject_id, actor_id,
    delta, at)
SELECT bench.id(3, m.d), row_number() OVER (ORDER BY m.t), 'annotation.created', x.group_id, x.id,
       CASE WHEN m.private THEN m.author_id ELSE '00000000-0000-0000-0000-000000000000' END,
       m.id, m.author_id, 1, m.at
  FROM made m JOIN audience x ON x.group_id = bench.id(1, m.g)
              AND x.class = CASE WHEN m.private THEN 2 ELSE 0 END;

SELECT 'REINDEX INDEX ' || indexrelid::regclass FROM laid_aside \gexec
SET session_replication_role = DEFAULT;
VACUUM (FREEZE, ANALYZE);
CHECKPOINT;
CREATE TABLE bench.filled (long integer, short integer);
INSERT INTO bench.filled VALUES (:long, :short);
\echo filled
