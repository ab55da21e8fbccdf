// The history of a text: the way back to one of its revisions.

import './page.js';
import { act, ask } from './acts.js';
import { find, h } from './dom.js';
import { keepReport, revise } from './revise.js';

const main = /** @type {HTMLElement} */ (find('#main'));
const { document: id = '', revision = '', mayEdit } = main.dataset;
const path = `/documents/${id}`;

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

document.documentElement.dataset.ready = 'true';
