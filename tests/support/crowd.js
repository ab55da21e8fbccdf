// A long text that a large group has written all over: made by SQL, because asking the server to take
// thousands of annotations one by one is another test's work.
import { randomUUID } from 'node:crypto';
import { literal } from './sql.js';

const LATIN = 'so the walker went on and the road with him as if neither knew which of them was leading '.split(' ').filter(Boolean);

/** Numbers that look random and are the same in every run. @param {number} seed */
export function randomFrom(seed) {
  let now = seed % 2147483647 || 1;
  return (/** @type {number} */ n) => (now = (now * 48271) % 2147483647) % n;
}

/** Plain text of `paragraphs` paragraphs of 240 characters. */
export function longText(paragraphs) {
  const random = randomFrom(3);
  return Array.from({ length: paragraphs }, (_, i) => {
    let text = `Paragraph ${i + 1}:`;
    while (text.length < 239) text += ` ${LATIN[random(LATIN.length)]}`;
    return `${text.slice(0, 239).trimEnd()}.`;
  }).join('\n\n');
}

/** The UUID that a TypeID writes. @param {string} id */
function uuidOf(id) {
  const digits = '0123456789abcdefghjkmnpqrstvwxyz';
  const number = [...id.slice(id.indexOf('_') + 1)].reduce((sum, c) => sum * 32n + BigInt(digits.indexOf(c)), 0n);
  return number.toString(16).padStart(32, '0').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * Lets `readers` people who are members of a group write `notes` annotations on passages of a text, every
 * tenth of them answered.
 *
 * @param {import('./people.js').World} world
 * @param {{ id: string }} group
 * @param {{ id: string }} document the owner's, in that group
 * @param {string} text its canonical text, of the basic plane
 */
export function crowd(world, group, document, text, { notes = 5000, readers = 40 } = {}) {
  const random = randomFrom(9);
  const people = Array.from({ length: readers }, () => randomUUID());
  const ids = { document: uuidOf(document.id), group: uuidOf(group.id) };
  const rows = [];
  for (let i = 0; i < notes; i += 1) {
    const start = random(text.length - 200);
    const end = start + 8 + random(60);
    rows.push({ id: randomUUID(), author: people[i % readers], start, end, kind: i % 3 ? 'comment' : 'question', parent: null });
    if (i % 10 === 0) rows.push({ id: randomUUID(), author: people[(i + 1) % readers], kind: 'comment', parent: rows.at(-1).id });
  }
  const said = (row, i) => `Note ${i}: what does *this* road want of us?`;
  const shown = (row, i) => {
    const exact = row.parent ? null : text.slice(row.start, row.end);
    const quote = exact === null ? null : { exact, prefix: text.slice(Math.max(0, row.start - 32), row.start), suffix: text.slice(row.end, row.end + 32) };
    return JSON.stringify({ kind: row.kind, body: said(row, i), body_html: `<p>Note ${i}: what does <em>this</em> road want of us?</p>\n`, tags: [], quote, selectors: null }).slice(1, -1);
  };
  const list = (wanted) => rows.map((row, i) => [row, i]).filter(([row]) => wanted(row));
  const values = (pairs, columns) => pairs.map(([row, i]) => `(${columns(row, i).join(',')})`).join(',\n');
  const at = (i) => `now() - interval '${notes * 2 - i} seconds'`;
  const d = literal(ids.document);
  world.sql(`SET search_path = gloss; BEGIN;
    SELECT create_user(id::uuid, name, 'Reader ' || n, NULL, false, gen_random_uuid())
      FROM (VALUES ${people.map((id, n) => `(${literal(id)}, ${literal(`crowd${n}`)}, ${n})`).join(',')}) v (id, name, n);
    INSERT INTO member (group_id, user_id, role) SELECT ${literal(ids.group)}::uuid, id::uuid, 'member'
      FROM unnest(${literal(people)}::text[]) id;
    CREATE TEMP TABLE made AS SELECT v.*, x.id AS audience_id, doc.current_revision_id AS revision_id
      FROM (VALUES ${values(rows.map((row, i) => [row, i]), (row, i) => [literal(row.id), literal(row.author), literal(row.parent),
    literal(row.kind), literal(said(row, i)), row.start ?? 'NULL', row.end ?? 'NULL', literal(shown(row, i)), at(i)])})
        v (id, author, parent, kind, body, s, e, shown, at), audience x, document doc
     WHERE x.group_id = ${literal(ids.group)}::uuid AND x.class = 0 AND doc.id = ${d};
    INSERT INTO annotation (document_id, id, group_id, author_id, audience_id, open, thread_id, parent_id, ancestors, kind,
        revision_id, body, shown, renderer, created_at, updated_at, tally)
      SELECT ${d}, id::uuid, ${literal(ids.group)}, author::uuid, audience_id, true, coalesce(parent, id)::uuid, parent::uuid,
             CASE WHEN parent IS NOT NULL THEN ARRAY[parent::uuid] END, kind, revision_id, body, shown, 1, at, at,
             CASE WHEN id IN (SELECT parent FROM made) THEN ARRAY[audience_id, 0, 1] END FROM made;
    INSERT INTO anchor (document_id, annotation_id, revision_id, start_chars, end_chars, state, score)
      SELECT ${d}, id::uuid, revision_id, s::int, e::int, 'exact', 1 FROM made WHERE parent IS NULL;
    INSERT INTO event (document_id, kind, group_id, audience_id, holder_id, subject_id, actor_id, delta)
      SELECT ${d}, 'annotation.created', ${literal(ids.group)}, audience_id, '00000000-0000-0000-0000-000000000000', id::uuid, author::uuid, 1 FROM made;
    COMMIT; ANALYZE annotation; ANALYZE anchor;`);
  return rows;
}
