// Lists that may be long: a page of them, and a button for the next one.

import { act } from './acts.js';
import { request } from './api.js';
import { h, say } from './dom.js';
import { count } from './words.js';

const PAGE = 50;

/** How many pages of each were asked for: read anew, a list is as long as it was. @type {Map<string, number>} */
const shown = new Map();

/**
 * @typedef {object} Listed
 * @property {HTMLElement[]} children the list, and the button where it goes on
 * @property {number} length how many are in it
 * @property {boolean} goesOn there are more than these
 */

/**
 * @param {string} path of the list in the API
 * @param {(item: any) => HTMLElement} row
 * @param {{ class: string, one: string }} how its classes, and what one of them is called
 * @returns {Promise<Listed>}
 */
export async function listed(path, row, { class: classes, one }) {
  /** @type {string | null} */
  let cursor = null;
  const next = async () => {
    const { data } = await request('GET', `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
    cursor = data.next ?? null;
    return data.data.map(row);
  };
  const list = h('ul', { class: classes });
  const wanted = shown.get(path) ?? 1;
  for (let page = 0; page < wanted && (page === 0 || cursor); page += 1) list.append(...await next());
  if (!cursor) return { children: [list], length: list.childElementCount, goesOn: false };

  const more = act(`More ${one}s`, async () => {
    const rows = await next();
    list.append(...rows);
    shown.set(path, (shown.get(path) ?? 1) + 1);
    rows[0]?.setAttribute('tabindex', '-1');
    rows[0]?.focus();
    if (!cursor) more.remove();
    say(`${count(rows.length, `more ${one}`)}${cursor ? '' : ', the last ones'}`);
  }, { class: 'on' });
  return { children: [list, h('div', { class: 'row' }, more)], length: list.childElementCount, goesOn: true };
}
