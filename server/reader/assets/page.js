// What every page but the reader's has: the theme, times in the reader's own words, the way out.

import './theme.js';
import { request } from './api.js';
import { find, h } from './dom.js';
import { countUnsent, forgetUnsent } from './drafts.js';
import { ago, count, exactly } from './words.js';

/** @param {(iso: string) => string} words */
function tellTimes(words) {
  for (const time of document.querySelectorAll('time[datetime]')) {
    const iso = time.getAttribute('datetime') ?? '';
    time.textContent = words(iso);
    time.setAttribute('title', exactly(iso));
  }
}
tellTimes(ago);
// paper would say "just now" for ever
addEventListener('beforeprint', () => tellTimes(exactly));
addEventListener('afterprint', () => tellTimes(ago));

const deleted = /^#deleted=(doc_[0-9a-z]+)$/.exec(location.hash)?.[1];
if (deleted) {
  const undo = h('button', { type: 'button' }, 'Undo');
  undo.addEventListener('click', async () => {
    await request('POST', `/documents/${deleted}/restore`);
    location.assign(`/d/${deleted}`);
  });
  find('main')?.prepend(h('p', { class: 'notice', role: 'status' }, 'The text was taken away; its notes are kept with it. ', undo));
  history.replaceState(null, '', '/');
}

const leaving = /** @type {HTMLFormElement | null} */ (find('#signout'));
const me = leaving?.dataset.me ?? '';
const unsent = leaving && me ? countUnsent(me) : 0;
if (leaving && unsent) {
  leaving.prepend(h('p', { class: 'fault', id: 'unsent' },
    `On this browser you wrote ${count(unsent, 'note')} and did not send ${unsent === 1 ? 'it' : 'them'}. Signing out throws ${unsent === 1 ? 'it' : 'them'} away.`));
  const button = find('button', leaving);
  button?.setAttribute('aria-describedby', 'unsent');
  if (button) button.textContent = 'Throw away and sign out';
  button?.after(h('a', { class: 'button', href: '/' }, 'Stay'));
}
leaving?.addEventListener('submit', async event => {
  event.preventDefault();
  // with the session goes what only its user may find here
  await request('DELETE', '/session').catch(() => null);
  forgetUnsent(me);
  location.assign('/');
});
