// What every page but the reader's has: the theme, times in the reader's own words, the way out.

import './theme.js';
import { request } from './api.js';
import { ago, exactly } from './words.js';

for (const time of document.querySelectorAll('time[datetime]')) {
  const iso = time.getAttribute('datetime') ?? '';
  time.textContent = ago(iso);
  time.setAttribute('title', exactly(iso));
}

document.addEventListener('submit', async event => {
  if (!(event.target instanceof HTMLFormElement) || !event.target.matches('#signout')) return;
  event.preventDefault();
  await request('DELETE', '/session').catch(() => null);
  location.assign('/');
});
