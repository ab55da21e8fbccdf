// On paper there is no margin that goes along: the notes come after the text, numbered, and their
// numbers stand in it. Laid out for each print from what the page shows, and taken away after it.

import { append } from './blocks.js';
import { h } from './dom.js';
import { STATES, isGone, nameOf } from './entry.js';
import { fragmentOf } from './safe.js';
import { changeOf, fateInWords } from './suggest.js';
import { KINDS, exactly } from './words.js';

/** @typedef {import('./offsets.js').TextMap} TextMap */
/** @typedef {import('./store.js').Thread} Thread */
/** @typedef {import('./store.js').Annotation} Annotation */

/**
 * @param {TextMap} map
 * @param {Thread[]} threads in the order of the text
 */
export function layOutForPaper(map, threads) {
  clearPaper();
  threads.forEach((thread, i) => {
    const block = thread.end > thread.start && thread.start >= 0 ? map.blockAt(thread.end - 1) : null;
    if (block) append(block, h('sup', { class: 'ref paper', 'data-aside': true }, String(i + 1)));
  });
  document.querySelector('#reader')?.append(h('section', { class: 'endnotes paper', dir: 'ltr', 'aria-label': 'Notes' },
    h('h2', null, 'Notes'),
    threads.length ? h('ol', null, ...threads.map(noteOf)) : h('p', null, 'None yet.')));
}

export function clearPaper() {
  for (const el of document.querySelectorAll('.paper')) el.remove();
}

/** Of a passage that is not in the text as it was selected. @type {Record<string, string>} */
const PLACES = {
  changed: 'Its words were changed.',
  ambiguous: 'Its words stand in several places now.',
  gone: 'No longer in the text.',
};

/** @param {Thread} thread */
function noteOf({ root, replies }) {
  const about = root.quote?.exact ?? (isGone(root) ? '' : 'The whole text');
  return h('li', null,
    about ? h('blockquote', { dir: 'auto' }, about) : null,
    ...words(root),
    replies.length ? h('ul', null, ...replies.map(reply => h('li', null, ...words(reply)))) : null);
}

/** @param {Annotation} one @returns {HTMLElement[]} */
function words(one) {
  if (isGone(one)) return [h('p', { class: 'by' }, 'Deleted')];
  const facts = [one.parent ? '' : KINDS[one.kind] ?? one.kind, one.draft ? 'draft' : one.visibility === 'private' ? 'only me' : '', exactly(one.created_at)];
  const out = [h('p', { class: 'by' }, h('bdi', null, nameOf(one.author)), ` · ${facts.filter(Boolean).join(' · ')}`)];
  const asides = [one.suggestion?.state !== 'accepted' && PLACES[one.anchor?.state ?? ''], STATES[one.moderation?.state ?? '']].filter(Boolean);
  if (asides.length) out.push(h('p', { class: 'aside' }, asides.join(' ')));
  if (one.suggestion) out.push(changeOf(one));
  if (one.body?.trim()) {
    out.push(h('div', { class: 'body', dir: 'auto' }));
    out.at(-1)?.append(fragmentOf(one.body_html ?? ''));
  }
  const fate = one.suggestion && fateInWords(one.suggestion);
  return fate ? [...out, fate] : out;
}
