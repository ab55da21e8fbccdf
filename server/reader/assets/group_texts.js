// The texts that the group reads. Their list came with the page; here are what a leader does with it.

import { act, attempt, formOf, labelled, menu, select } from './acts.js';
import { all, request } from './api.js';
import { find, h, say } from './dom.js';
import { field } from './forms.js';
import { readingDeeds } from './group_first.js';

/** @typedef {import('./group.js').Place} Place */

/** @param {Place} place @returns {Promise<import('./parts.js').Content>} */
export async function texts(place) {
  const list = /** @type {HTMLElement} */ (find('ol.texts'));
  for (const item of /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll(':scope > li'))) {
    const items = menu(`More about “${titleOf(item)}”`, deeds(place, item), `menu-${item.dataset.text}`);
    if (items && !find(':scope > .menu', item)) item.append(items);
  }
  ordering(place, list);
  return { children: [place.may('list_text') && adding(place, list)] };
}

/**
 * Another order: each text gets two buttons, and is put down where it is.
 *
 * @param {Place} place
 * @param {HTMLElement} list
 */
function ordering(place, list) {
  if (!place.may('order_texts') || list.children.length < 2 || 'later' in list.dataset || find('#order')) return;
  const button = act('Change the order', async () => {
    const on = !list.classList.contains('ordering');
    list.classList.toggle('ordering', on);
    button.setAttribute('aria-pressed', String(on));
    button.textContent = on ? 'Done' : 'Change the order';
    for (const item of /** @type {Iterable<HTMLElement>} */ (list.children)) {
      find(':scope > .steps', item)?.remove();
      if (on) item.append(h('span', { class: 'steps' }, step(place, list, item, -1), step(place, list, item, 1)));
    }
  }, { id: 'order', 'aria-pressed': 'false' });
  list.before(h('div', { class: 'row' }, button));
}

/** @param {Place} place @param {HTMLElement} list @param {HTMLElement} item @param {-1 | 1} way */
function step(place, list, item, way) {
  const words = way < 0 ? 'up' : 'down';
  const button = h('button', { type: 'button', class: 'sign', 'aria-label': `Move “${titleOf(item)}” ${words}`, title: `Move ${words}` }, way < 0 ? '↑' : '↓');
  button.addEventListener('click', () => {
    const other = way < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (way < 0) other.before(item);
    else other.after(item);
    button.focus();
    say(`“${titleOf(item)}” is now ${[...list.children].indexOf(item) + 1} of ${list.children.length}.`);
    save(place, list);
  });
  return button;
}

let saved = Promise.resolve();

/** One order after the other, so that the last one stays. @param {Place} place @param {HTMLElement} list */
function save(place, list) {
  saved = saved.then(() => attempt(list, async () => {
    const shown = [.../** @type {Iterable<HTMLElement>} */ (list.children)].map(item => item.dataset.text);
    const behind = find('#texts [rel=next]') ? (await all(`${place.path}/documents?limit=200`)).map(({ id }) => id).filter(id => !shown.includes(id)) : [];
    await request('PUT', `${place.path}/documents`, { json: { documents: [...shown, ...behind] } });
  }));
}

/** @param {HTMLElement} item */
function titleOf(item) {
  return find('.title', item)?.textContent ?? '';
}

/** @param {Place} place @param {HTMLElement} item */
function deeds(place, item) {
  return [
    ...readingDeeds(place, item, titleOf(item)),
    place.may('order_texts') && !('home' in item.dataset) && act('Take it out of this group', async () => {
      await request('DELETE', `${place.path}/documents/${item.dataset.text}`);
      item.remove();
      say(`“${titleOf(item)}” is no longer read here.`);
      find('#texts h2')?.focus();
    }),
  ];
}

/** A text of one's own that is at home elsewhere may be read here too. @param {Place} place @param {HTMLElement} list */
function adding(place, list) {
  const details = h('details', { class: 'more' }, h('summary', null, 'Let the group read a text of yours that is here already'));
  details.addEventListener('toggle', async () => {
    if (find('form, p', details)) return;
    const shown = new Set([...list.children].map(item => /** @type {HTMLElement} */ (item).dataset.text));
    const mine = (await all('/documents?limit=200')).filter(text => text.owner?.id === place.me && text.group && !shown.has(text.id));
    if (find('form, p', details)) return;
    details.append(mine.length === 0 ? h('p', { class: 'hint' }, 'You have no other text.') : formOf(async fields => {
      await request('PUT', `${place.path}/documents/${field(fields, 'text')}`);
      location.reload();
    }, { id: 'list-text', class: 'fields' },
    labelled('Which one', select('text', mine.map(text => [text.id, text.title])), 'It stays where it is; notes are kept apart for each group.'),
    h('button', { type: 'submit' }, 'Let the group read it')));
  });
  return details;
}
