// For who reads in the group and is not in it: the way in.

import { act } from './acts.js';
import { request } from './api.js';
import { find, h } from './dom.js';

/** @typedef {import('./group.js').Place} Place */

/** @param {Place} place */
export async function joining(place) {
  if (place.may('join')) offer(place, act('Join the group', async () => {
    await request('POST', `${place.path}/join`);
    location.reload();
  }, { class: 'main', id: 'join' }));
}

/** @param {Place} place @param {...HTMLElement} children */
function offer(place, ...children) {
  find('nav.parts')?.before(h('section', { class: 'card joining', 'aria-label': 'Joining' }, h('p', null, `You are not in ${place.group.name}.`), ...children));
}
