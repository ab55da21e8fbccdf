// What the page adds to the text itself. Painted highlights do not exist for screen readers, and a
// page does not learn what they select; so each annotated block ends with a real button that says
// how many notes there are, and every block with one that begins a note.

import { find, h } from './dom.js';
import { isFresh } from './store.js';
import { remember, remembered } from './theme.js';
import { count, shorten } from './words.js';

/** @typedef {import('./offsets.js').TextMap} TextMap */
/** @typedef {import('./store.js').Thread} Thread */

/** So many blocks at a time; then the browser may do what it has to. */
const AT_ONCE = 60;
let round = 0;
const NO_BUTTONS = 'gloss:no-buttons';

/**
 * A long text takes several turns: those who read it notice nothing of it.
 *
 * @param {TextMap} map
 * @param {Thread[]} threads
 * @param {{ open: (id: string) => void, fresh: Set<string> }} page
 */
export function noteBlocks(map, threads, page) {
  /** @type {Map<Element, Thread[]>} */
  const byBlock = new Map();
  for (const thread of threads) {
    const block = thread.end > thread.start && thread.start >= 0 ? map.blockAt(thread.end - 1) : null;
    if (!block) continue;
    const here = byBlock.get(block);
    if (here) here.push(thread);
    else byBlock.set(block, [thread]);
  }

  for (const old of map.root.querySelectorAll('.noted')) {
    const block = old.parentElement;
    if (!block || !byBlock.has(block)) old.remove();
  }
  round += 1;
  noteSome([...byBlock], page, round);
}

/**
 * @param {[Element, Thread[]][]} blocks
 * @param {{ open: (id: string) => void, fresh: Set<string> }} page
 * @param {number} mine the turns of an older round are not taken any more
 */
function noteSome(blocks, page, mine) {
  if (mine !== round) return;
  for (const [block, here] of blocks.slice(0, AT_ONCE)) noteBlock(block, here, page);
  if (blocks.length > AT_ONCE) idle(() => noteSome(blocks.slice(AT_ONCE), page, mine));
}

/**
 * @param {Element} block
 * @param {Thread[]} threads
 * @param {{ open: (id: string) => void, fresh: Set<string> }} page
 */
function noteBlock(block, threads, { open, fresh }) {
  const on = threads.slice(0, 3).map(thread => shorten(thread.root.quote?.exact ?? '', 24)).join('; ');
  const news = threads.filter(thread => isFresh(thread, fresh)).length;
  const words = `${count(threads.length, 'note')}, ${news ? `${news} new, ` : ''}on: ${on}`;
  const ids = threads.map(thread => thread.id).join(' ');
  const known = block.querySelector(':scope > .noted');
  if (known?.getAttribute('data-ids') === ids && known.getAttribute('aria-label') === words) return;

  const button = h('button', { type: 'button', class: 'noted', 'data-aside': true, 'data-ids': ids, 'aria-label': words,
    title: count(threads.length, 'note'), 'aria-details': `t-${threads[0].id}` });
  // drawn by the style sheet, so that copied text does not contain it
  button.dataset.n = String(threads.length);
  let next = 0;
  button.addEventListener('click', event => {
    event.stopPropagation();
    open(threads[next % threads.length].id);
    next += 1;
  });
  button.classList.toggle('news', news > 0);
  if (known) known.replaceWith(button);
  else append(block, button);
}

/**
 * Gives every block a button that begins a note on it, a few in each idle moment. Only that of the
 * block where the reader is can be reached by Tab; screen readers find them all.
 *
 * @param {TextMap} map
 * @param {(block: Element) => void} write
 */
export function writeButtons(map, write) {
  const blocks = map.blocks();
  /** @param {number} from */
  const go = from => {
    if (remembered(NO_BUTTONS)) return;
    for (const block of blocks.slice(from, from + AT_ONCE))
      if (!find(':scope > .write', block)) append(block, writeButton(block, write));
    if (from === 0 && !find('.write[tabindex="0"]', map.root)) find('.write', map.root)?.setAttribute('tabindex', '0');
    if (from + AT_ONCE < blocks.length) idle(() => go(from + AT_ONCE));
  };
  go(0);
}

/**
 * A choice for who hears or sees too much of these buttons: without them there is still `v`.
 *
 * @param {TextMap} map
 * @param {(block: Element) => void} write
 */
export function buttonsChoice(map, write) {
  const on = /** @type {HTMLInputElement} */ (h('input', { type: 'checkbox' }));
  on.checked = remembered(NO_BUTTONS) === null;
  on.addEventListener('change', () => {
    remember(NO_BUTTONS, on.checked ? null : '1');
    for (const button of map.root.querySelectorAll('.write')) button.remove();
    if (on.checked) writeButtons(map, write);
  });
  return h('label', { class: 'inline' }, on, 'Every paragraph has a button for a note');
}

/** @param {Element} block @param {(block: Element) => void} write */
function writeButton(block, write) {
  // a heading's name is made of what is in it
  if (/^H[1-6]$/.test(block.tagName)) block.setAttribute('aria-label', ownText(block));
  return h('button', { type: 'button', class: 'write', 'data-aside': true, 'aria-label': 'Note on this paragraph',
    tabindex: block.matches('.here') ? 0 : -1,
    on: { click: (/** @type {Event} */ event) => {
      event.stopPropagation();
      write(block);
    } } });
}

/** @param {Element} block */
function ownText(block) {
  const copy = /** @type {Element} */ (block.cloneNode(true));
  for (const aside of copy.querySelectorAll('[data-aside]')) aside.remove();
  return (copy.textContent ?? '').trim();
}

/** At the end of the block's own text: blocks may have others inside. @param {Element} block @param {Element} button */
export function append(block, button) {
  block.insertBefore(button, [...block.children].find(child => child.querySelector('[data-o]')) ?? null);
}

/** @param {() => void} job */
function idle(job) {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(() => job(), { timeout: 500 });
  else setTimeout(job, 30);
}
