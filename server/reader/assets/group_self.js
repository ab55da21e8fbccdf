// Oneself in the group: under which name one writes, and leaving.

import { act } from './acts.js';
import { request } from './api.js';
import { h } from './dom.js';

/** @typedef {import('./group.js').Place} Place */

/** @param {Place} place @returns {Promise<import('./parts.js').Content>} */
export async function self(place) {
  return { children: [leaving(place)] };
}

/** @param {Place} place */
function leaving({ path }) {
  return h('div', { class: 'ending' }, h('h3', null, 'Leave'),
    h('p', { class: 'hint' }, 'You will no longer see its texts; what you wrote stays.'),
    act('Leave this group', async () => {
      if (!confirm('Leave this group? You will no longer see its texts; what you wrote stays.')) return;
      await request('POST', `${path}/leave`);
      location.assign('/');
    }, { class: 'danger', id: 'leave' }));
}
