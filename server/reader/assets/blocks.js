// What the page adds to the text itself: after each annotated block a real button that says how
// many notes there are. Painted highlights do not exist for screen readers; this does.

import { h } from './dom.js';
import { count, shorten } from './words.js';

/** @typedef {import('./offsets.js').TextMap} TextMap */
/** @typedef {import('./store.js').Thread} Thread */

/**
 * @param {TextMap} map
 * @param {Thread[]} threads
 * @param {(id: string) => void} open
 */
export function noteBlocks(map, threads, open) {
  /** @type {Map<Element, Thread[]>} */
  const byBlock = new Map();
  for (const thread of threads) {
    const block = thread.end > thread.start && thread.start >= 0 ? map.blockAt(thread.end - 1) : null;
    if (!block) continue;
    if (!byBlock.has(block)) byBlock.set(block, []);
    byBlock.get(block)?.push(thread);
  }

  for (const old of map.root.querySelectorAll('.noted')) {
    const block = old.parentElement;
    if (!block || !byBlock.has(block)) old.remove();
  }
  for (const [block, here] of byBlock) noteBlock(block, here, open);
}

/** @param {Element} block @param {Thread[]} threads @param {(id: string) => void} open */
function noteBlock(block, threads, open) {
  const on = threads.slice(0, 3).map(thread => shorten(thread.root.quote?.exact ?? '', 24)).join('; ');
  const words = `${count(threads.length, 'note')}, on: ${on}`;
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
  if (known) known.replaceWith(button);
  else block.insertBefore(button, [...block.children].find(child => child.querySelector('[data-o]')) ?? null);
}
