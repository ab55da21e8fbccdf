// What every page but the reader's has: the theme, and the way out.

import './theme.js';
import { request } from './api.js';

document.addEventListener('submit', async event => {
  if (!(event.target instanceof HTMLFormElement) || !event.target.matches('#signout')) return;
  event.preventDefault();
  await request('DELETE', '/session').catch(() => null);
  location.assign('/');
});
