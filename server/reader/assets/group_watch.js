// What those who lead a group look at: what waits for them, what readers flagged, what they decided.

import { act, ask, labelled, select } from './acts.js';
import { request } from './api.js';
import { h, say } from './dom.js';
import { listed } from './lists.js';
import { field } from './forms.js';
import { fragmentOf } from './safe.js';
import { REASONS, ago, count, shorten } from './words.js';

/** @typedef {import('./group.js').Place} Place */

/** @type {[state: string, words: string, none: string][]} */
const STATES = [
  ['', 'Waiting and flagged', 'Nothing waits, and nothing is flagged.'],
  ['hidden', 'Hidden', 'Nothing is hidden.'],
  ['denied', 'Denied', 'Nothing was denied.'],
  ['spam', 'Spam', 'Nothing was called spam.'],
];

/** @type {Record<string, string>} */
const WHY = Object.fromEntries(REASONS);

/** @type {Record<string, string>} */
const DEEDS = {
  approve: 'approved', deny: 'denied', spam: 'called spam', hide: 'hidden', unhide: 'shown again', dismiss: 'kept although it was flagged',
};

let shown = '';

/** @param {Place} place @returns {Promise<import('./parts.js').Content>} */
export async function moderation(place) {
  const path = `${place.path}/moderation`;
  const items = await listed(`${path}${shown && `?state=${shown}`}`, item => row(place, item), { class: 'list cards', one: 'note' });
  const waiting = shown ? await howMany(path) : items;
  const choice = /** @type {HTMLSelectElement} */ (select('state', STATES.map(([state, words]) => [state, words]), shown, { 'aria-label': 'What to show', 'data-key': 'state' }));
  choice.addEventListener('change', () => {
    shown = choice.value;
    place.refresh('moderation');
  });
  return {
    count: waiting.goesOn ? `${waiting.length}+` : waiting.length,
    children: [
      h('div', { class: 'row' }, choice),
      items.length === 0
        ? h('p', { class: 'empty' }, STATES.find(([state]) => state === shown)?.[2] ?? '')
        : h('div', null, ...items.children),
      place.may('see_log') && log(place),
    ],
  };
}

/** @param {string} path */
async function howMany(path) {
  const { data: { data, next } } = await request('GET', `${path}?limit=50`);
  return { length: data.length, goesOn: Boolean(next) };
}

/** @param {Place} place @param {any} item */
function row(place, item) {
  const { annotation, state, note, flags, flag_count: flagged } = item;
  const who = annotation.author?.display_name ?? 'A deleted reader';
  return h('li', { 'data-note': annotation.id },
    h('span', null, h('span', { class: 'name', dir: 'auto' }, who), h('span', { class: 'facts' }, ` ${ago(annotation.created_at)} · `),
      h('a', { href: annotation.links.html, class: 'facts' }, 'in the text')),
    annotation.quote && h('blockquote', { dir: 'auto' }, shorten(annotation.quote.exact, 200)),
    annotation.body_html && h('div', { class: 'body', dir: 'auto' }, fragmentOf(annotation.body_html)),
    state !== 'none' && state !== 'approved' && h('p', { class: 'facts' }, [state === 'pending' ? 'waits for you' : state, note && `“${note}”`].filter(Boolean).join(': ')),
    flagged > 0 && h('ul', { class: 'flags' }, ...flags.map(flag), flagged > flags.length && h('li', null, `and ${count(flagged - flags.length, 'flag')} more`)),
    h('div', { class: 'row' }, ...deeds(place, item)));
}

/** @param {any} one */
function flag(one) {
  return h('li', { dir: 'auto' }, `Flagged by ${one.by?.display_name ?? 'a deleted reader'}: ${WHY[one.reason] ?? one.reason}${one.note ? ` – ${one.note}` : ''}`);
}

/** @param {Place} place @param {any} item */
function deeds(place, { annotation, state, flag_count: flagged }) {
  const about = annotation.author?.display_name ?? 'a deleted reader';
  /** @param {string} to @param {string | null} note @param {string} words */
  const decide = async (to, note, words) => {
    await request('PUT', `/annotations/${annotation.id}/moderation`, { json: { state: to, note, group: place.group.id } });
    await place.refresh('moderation');
    say(words);
  };
  /** @param {string} words @param {string} to @param {string} title @param {string} done @param {string} [quiet] */
  const withReason = (words, to, title, done, quiet = '') => act(words, async () => {
    const fields = await ask(title, words.replace('…', ''),
      labelled('Why', h('textarea', { name: 'note', rows: 3, maxlength: 2000, dir: 'auto' }), 'Its author reads this, and those who lead the group. It may stay empty.'));
    if (fields) await decide(to, field(fields, 'note') || null, done);
  }, { class: quiet, 'aria-label': `${words} (what ${about} wrote)` });
  const isOut = ['hidden', 'denied', 'spam'].includes(state);
  const yes = state === 'pending' ? 'Approve' : isOut ? 'Show it again' : 'Keep it';
  return [
    act(yes, () => decide('approved', null, `${yes}: done.`), { 'aria-label': `${yes} (what ${about} wrote)` }),
    state === 'pending' && withReason('Deny…', 'denied', 'Deny this note', 'Denied.'),
    !isOut && state !== 'pending' && flagged > 0 && withReason('Hide…', 'hidden', 'Hide this note', 'Hidden.'),
    state !== 'spam' && withReason('Spam…', 'spam', 'Call this note spam', 'Called spam.', 'quiet'),
  ].filter(Boolean);
}

/** @param {Place} place */
function log(place) {
  const details = h('details', { class: 'more', id: 'log' }, h('summary', null, 'What was decided'));
  details.addEventListener('toggle', async () => {
    if (details.childElementCount > 1) return;
    const entries = await listed(`${place.path}/modlog`, decided, { class: 'list', one: 'decision' });
    if (details.childElementCount > 1) return;
    details.append(...(entries.length === 0 ? [h('p', { class: 'hint' }, 'Nothing yet.')] : entries.children));
  });
  return details;
}

/** @param {any} entry of the log */
function decided(entry) {
  return h('li', null,
    h('span', { dir: 'auto' }, `${entry.by?.display_name ?? 'A deleted reader'}: what ${entry.author?.display_name ?? 'a deleted reader'} wrote was ${DEEDS[entry.deed] ?? entry.deed}`, entry.note && h('q', null, entry.note)),
    h('span', { class: 'facts' }, h('a', { href: `/n/${entry.annotation}` }, 'the note'), ` · ${ago(entry.created_at)}`));
}
