// Independent first: each reads a text and writes about it before they see what the others wrote.
// Here is the leader's side: the rule, who is ready, and the moment when it is opened for all.

import { act, formOf, showDialog } from './acts.js';
import { Problem, request } from './api.js';
import { h } from './dom.js';
import { field } from './forms.js';
import { count } from './words.js';

/** @typedef {import('./group.js').Place} Place */

/** What a leader finds in a text's menu. @param {Place} place @param {HTMLElement} item @param {string} title */
export function readingDeeds(place, item, title) {
  const { text, reading } = item.dataset;
  const path = `${place.path}/documents/${text}/reveal`;
  const shown = reading === 'sealed' ? place.may('see_ready') : reading === 'together' && place.may('set_reading');
  return shown ? [act(reading === 'sealed' ? 'Who is ready, and opening it' : 'Each for themselves first…',
    () => dialog(place, path, title))] : [];
}

/** @param {Place} place @param {string} path @param {string} title */
async function dialog(place, path, title) {
  const reading = await readingAt(path);
  const sealed = reading?.sealed;
  showDialog(sealed ? `“${title}” is read by each for themselves` : `Each reads “${title}” for themselves first`,
    h('p', { class: 'hint' }, 'Until it is opened to them, members see their own notes and those of who leads the group. Nothing tells them of the others’ notes, not even how many there are.'),
    sealed && reading.ready && readiness(reading),
    sealed && place.may('reveal') && h('div', null, act('Open it for all now', async () => {
      if (!confirm('Show everybody what all have written? This cannot be undone.')) return;
      await request('POST', `${path}/now`);
      location.reload();
    }, { class: 'main', id: 'reveal-now' })),
    place.may('set_reading') && (sealed
      ? h('details', { class: 'more' }, h('summary', null, 'Change the rule'), rule(path, reading.rule, sealed))
      : rule(path, { own_count: 3, by_reader: false, due_at: null }, false)));
}

/** Null: there is none. @param {string} path */
async function readingAt(path) {
  try {
    return (await request('GET', path)).data;
  } catch (why) {
    if (why instanceof Problem && why.slug === 'no-reading') return null;
    throw why;
  }
}

/** @param {any} reading */
function readiness({ ready, rule: { own_count: wanted } }) {
  if (ready.length === 0) return h('p', null, 'Nobody reads with you yet.');
  const done = ready.filter((/** @type {any} */ one) => one.revealed).length;
  return h('div', null, h('p', null, `${done} of ${ready.length} see the others’ notes already.`),
    h('ul', { class: 'list' }, ...ready.map((/** @type {any} */ one) => h('li', null, h('span', { dir: 'auto' }, one.user.display_name),
      h('span', { class: 'facts' }, [
        wanted ? `${one.own} of ${count(wanted, 'note')}` : count(one.own, 'note'),
        one.revealed && 'ready',
      ].filter(Boolean).join(' · '))))));
}

/** @param {string} path @param {any} now @param {boolean} sealed */
function rule(path, now, sealed) {
  const number = /** @type {HTMLInputElement} */ (h('input', { type: 'number', name: 'own_count', min: 1, max: 1000, value: now.own_count ?? 3, 'aria-label': 'How many notes' }));
  const time = /** @type {HTMLInputElement} */ (h('input', { type: 'datetime-local', name: 'due_at', min: localTime(new Date().toISOString()),
    value: localTime(now.due_at), 'aria-label': 'When' }));
  return formOf(async fields => {
    const json = {
      own_count: fields.has('by_count') ? Number(field(fields, 'own_count')) || null : null,
      by_reader: fields.has('by_reader'),
      due_at: fields.has('by_date') && field(fields, 'due_at') ? new Date(field(fields, 'due_at')).toISOString() : null,
    };
    await request('PUT', path, { json });
    location.reload();
  }, { id: 'rule', class: 'fields' },
  h('fieldset', null, h('legend', null, 'A member sees the others’ notes'),
    way('by_count', now.own_count !== null, 'after writing', number, 'notes'),
    way('by_reader', now.by_reader, 'when they say “I have read it”'),
    way('by_date', now.due_at !== null, 'with all others, at', time),
    h('p', { class: 'note' }, 'Any of these will do. You can always open it for all yourself; with none of them, only that opens it.')),
  h('button', { type: 'submit', class: 'main' }, sealed ? 'Change the rule' : 'Begin'));
}

/** @param {string} name @param {boolean} checked @param {string} before @param {HTMLInputElement} [input] @param {string} [after] */
function way(name, checked, before, input, after) {
  const box = /** @type {HTMLInputElement} */ (h('input', { type: 'checkbox', name, checked }));
  if (input) heed(box, input);
  return h('div', { class: 'row way' }, h('label', { class: 'inline' }, box, before), input, after);
}

/** What stands beside a box counts while it is ticked, and has to be there then. @param {HTMLInputElement} box @param {HTMLInputElement} input */
function heed(box, input) {
  const least = input.min;
  const follow = () => {
    input.required = box.checked;
    input.min = box.checked ? least : '';
  };
  box.addEventListener('change', follow);
  // who fills it in means it
  input.addEventListener('input', () => {
    box.checked = true;
    follow();
  });
  follow();
}

/** As a field of the reader's own time has it. @param {string | null} iso */
function localTime(iso) {
  if (!iso) return '';
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}
