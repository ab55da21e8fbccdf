// The least that could be asked instead, without the rule: a row by its id, the rows of a page from
// one index, one row put in.
import { documentId, uuid } from './world.js';

const SHOWN = 'id, document_id, group_id, author_id, thread_id, parent_id, status, draft, version, shown, created_at, updated_at';

export function barePrograms(world, anyNote, newNote, pages) {
  const audience = (d) => world.sql(`SELECT audience_id FROM gloss.document WHERE id = '${uuid(documentId(d))}'`);
  const constants = {
    bare_document: uuid(documentId(0)),
    bare_audience: audience(0),
    ...Object.fromEntries(world.sql(`SELECT group_id, author_id, replace(shown, E'\\n', ' '), body, selectors FROM gloss.annotation WHERE document_id = '${uuid(documentId(0))}'
      AND open AND parent_id IS NULL ORDER BY id LIMIT 1`).split('|').map((value, i) => [`bare_${['group', 'author', 'shown', 'body', 'selectors'][i]}`, value])),
  };
  const texts = {
    bare_one: `${anyNote}SELECT ${SHOWN} FROM annotation WHERE id = ('0' || :first || :second)::uuid;\n`,
    bare_insert: `${newNote}INSERT INTO annotation (document_id, id, group_id, author_id, audience_id, open, thread_id, kind, body, tags, selectors, shown, renderer, created_at, updated_at)
VALUES (:bare_document::uuid, ('0' || :first || :second)::uuid, :bare_group::uuid, :bare_author::uuid, :bare_audience::integer, true,
        ('0' || $2 || $3)::uuid, 'comment', :bare_body::text, '{walking}', :bare_selectors::json, :bare_shown::text, 1, now(), now());\n`,
  };
  world.pages.slice(0, pages).forEach((d, i) => {
    constants[`bare_document${i}`] = uuid(documentId(d));
    constants[`bare_audience${i}`] = audience(d);
    texts[`bare_page${i}`] = `SELECT ${SHOWN} FROM annotation WHERE document_id = :bare_document${i}::uuid AND audience_id = :bare_audience${i}::integer ORDER BY created_at DESC, id DESC LIMIT 51;\n`;
  });
  return { texts, constants };
}
