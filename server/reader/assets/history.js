// The history of a text: its revisions' credit, and the way back to one of them.

import './page.js';
import { act, ask } from './acts.js';
import { all } from './api.js';
import { find, h } from './dom.js';
import { nameOf } from './entry.js';
import { keepReport, revise } from './revise.js';
import { count } from './words.js';

const main = /** @type {HTMLElement} */ (find('#main'));
const { document: id = '', revision = '', mayEdit } = main.dataset;
const path = `/documents/${id}`;

/** @param {string} which */
const rowOf = which => find(`[data-revision="${CSS.escape(which)}"]`);

if (mayEdit !== undefined)
  for (const row of document.querySelectorAll('.revisions > li')) {
    const which = /** @type {HTMLElement} */ (row).dataset.revision ?? '';
    if (which === revision) continue;
    const name = find('.title', /** @type {HTMLElement} */ (row))?.textContent ?? '';
    row.append(act('Restore', () => restore(which, name), { class: 'quiet restore', 'aria-label': `Restore ${name.toLowerCase()}` }));
  }

/** @param {string} which @param {string} name */
async function restore(which, name) {
  const field = h('input', { type: 'text', name: 'note', maxlength: 1000, dir: 'auto', autocomplete: 'off' });
  const given = await ask(`Back to the text of ${name.toLowerCase()}?`, 'Restore it',
    h('p', { class: 'hint' }, 'It becomes a new revision. What was written since stays in the history, and every note goes where its words are.'),
    h('label', null, 'Why', field));
  if (!given) return;
  const note = String(given.get('note') ?? '').trim();
  const revised = await revise(`${path}/revisions`, { json: { restore: which, ...(note && { note }) } }, revision);
  keepReport(id, revision, revised);
  location.assign(`/d/${id}`);
}

/** Who suggested what was taken in; whom the reader may know of. @param {any} one */
function credit(one) {
  const names = [...new Set((one.suggestions ?? []).map((/** @type {any} */ { author }) => nameOf(author)))];
  if (names.length === 0) return;
  rowOf(one.id)?.append(h('p', { class: 'credit' }, `With ${count(one.suggestions.length, 'suggestion')} by `, h('bdi', null, names.join(', '))));
}

const rows = document.querySelectorAll('.revisions > li').length;
if (rows > 1) all(`${path}/revisions?limit=100`, page => page.forEach(credit)).catch(() => []);
document.documentElement.dataset.ready = 'true';
