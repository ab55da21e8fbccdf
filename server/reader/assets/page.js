// What every page but the reader's has: the theme, times in the reader's own words, the way out.

import './theme.js';
import { request } from './api.js';
import { find, h } from './dom.js';
import { ago, exactly } from './words.js';

for (const time of document.querySelectorAll('time[datetime]')) {
  const iso = time.getAttribute('datetime') ?? '';
  time.textContent = ago(iso);
  time.setAttribute('title', exactly(iso));
}

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

document.addEventListener('submit', async event => {
  if (!(event.target instanceof HTMLFormElement) || !event.target.matches('#signout')) return;
  event.preventDefault();
  await request('DELETE', '/session').catch(() => null);
  location.assign('/');
});
