// Differences between two revisions: n and p go from change to change.

import './page.js';
import { find, motion, say } from './dom.js';
import { listenForKeys } from './keys.js';

const changes = [...document.querySelectorAll('.hunk')];

/** @param {1 | -1} by */
function go(by) {
  if (changes.length === 0) return say('Nothing differs');
  const here = changes.findIndex(one => one.contains(document.activeElement));
  const below = changes.findIndex(one => one.getBoundingClientRect().top > 60);
  const at = here >= 0 ? here + by : by > 0 ? Math.max(0, below) : below < 0 ? changes.length - 1 : below - 1;
  const next = changes[at];
  if (!next) return say('No further');
  const title = find('h2', /** @type {HTMLElement} */ (next));
  title?.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'start', behavior: motion() });
}

listenForKeys([
  { name: 'next-note', key: 'n', words: 'next change', deed: () => go(1) },
  { name: 'previous-note', key: 'p', words: 'previous change', deed: () => go(-1) },
]);
document.documentElement.dataset.ready = 'true';
