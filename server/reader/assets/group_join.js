// For who reads in the group and is not in it: the way in.

import { act, ask, labelled } from './acts.js';
import { all, request } from './api.js';
import { find, h } from './dom.js';
import { field } from './forms.js';
import { ago } from './words.js';

/** @typedef {import('./group.js').Place} Place */

/** @param {Place} place */
export async function joining(place) {
  if (place.may('join')) offer(h('p', null, 'You are not in this group.'), act('Join the group', async () => {
    await request('POST', `${place.path}/join`);
    location.reload();
  }, { class: 'main', id: 'join' }));
  if (place.may('ask_to_join')) {
    const mine = (await all('/me/requests')).filter(one => one.group === place.group.id);
    asking(place, mine.sort((a, b) => b.created_at.localeCompare(a.created_at))[0]);
  }
}

/** @param {Place} place @param {any} last what was asked before, and how it went */
function asking(place, last) {
  if (last?.state === 'waiting') {
    offer(h('p', null, `You asked to join ${ago(last.created_at)}. Who leads the group decides.`), act('Take it back', async () => {
      await request('PATCH', `/requests/${last.id}`, { json: { state: 'withdrawn' } });
      location.reload();
    }));
    return;
  }
  const declined = last?.state === 'declined';
  offer(
    h('p', null, declined ? `You were not let in${last.reason ? ': ' : '.'}` : 'You read along; to write, ask to join.', declined && last.reason && h('q', { dir: 'auto' }, last.reason)),
    act(declined ? 'Ask again' : 'Ask to join', async () => {
      const fields = await ask(`Ask to join ${place.group.name}`, 'Ask',
        labelled('Something about you', h('textarea', { name: 'message', rows: 3, maxlength: 2000, dir: 'auto' }), 'Who leads the group reads this, and your name. It may stay empty.'));
      if (!fields) return;
      await request('POST', `${place.path}/requests`, { json: { message: field(fields, 'message') || null } });
      location.reload();
    }, { class: 'main', id: 'ask-to-join' }));
}

/** @param {...HTMLElement} children */
function offer(...children) {
  find('nav.parts')?.before(h('section', { class: 'card joining', 'aria-label': 'Joining' }, ...children));
}
