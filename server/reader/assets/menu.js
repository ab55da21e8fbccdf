// What the owner of a text may do with it: rename it, take it away.

import { Problem, request } from './api.js';
import { find } from './dom.js';

/**
 * @param {string} document_ the text's id
 * @param {(words: string) => void} tell
 */
export function textMenu(document_, tell) {
  const path = `/documents/${document_}`;
  find('[data-text=rename]')?.addEventListener('click', () => attempt(() => rename(path), tell));
  find('[data-text=delete]')?.addEventListener('click', () => attempt(() => remove(path), tell));
  document.addEventListener('click', event => {
    const menu = find('details.menu[open]');
    if (menu && !(event.target instanceof Node && menu.contains(event.target))) menu.removeAttribute('open');
  });
}

/** @param {() => Promise<void>} deed @param {(words: string) => void} tell */
async function attempt(deed, tell) {
  try {
    await deed();
  } catch (why) {
    if (!(why instanceof Problem)) throw why;
    tell(why.message);
  }
}

/** @param {string} path */
async function rename(path) {
  const { data } = await request('GET', path);
  const title = prompt('The title of this text', data.title)?.trim();
  if (!title || title === data.title) return;
  await request('PATCH', path, { json: { title } });
  location.reload();
}

/** Goes at once, and comes back as easily: the list of texts offers it. @param {string} path */
async function remove(path) {
  if (!confirm('Take this text away, for all its readers? You can undo it on the next screen.')) return;
  await request('DELETE', path);
  location.assign(`/#deleted=${path.split('/').pop()}`);
}
