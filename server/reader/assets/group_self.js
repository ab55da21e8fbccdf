// Oneself in the group: under which name one writes, and leaving.

import { act, formOf, labelled } from './acts.js';
import { request } from './api.js';
import { h, say } from './dom.js';
import { field } from './forms.js';

/** @typedef {import('./group.js').Place} Place */

/** @param {Place} place @returns {Promise<import('./parts.js').Content>} */
export async function self(place) {
  return { children: [place.may('wear_mask') && naming(place), leaving(place)] };
}

/** Who will know whose name it is. @param {any} group */
function known(group) {
  return group.leaders_see_through
    ? 'Those who lead the group see who is behind it; members do not.'
    : 'Nobody in the group sees who is behind it, those who lead it neither.';
}

/** @param {Place} place */
function naming(place) {
  const { group, path } = place;
  const mask = group.my_mask?.worn ? group.my_mask : null;
  const words = mask ? `You write here as “${mask.name}”. ${known(group)}`
    : group.anonymous ? 'With your first words here you get a name that says nothing. You can choose one now.'
      : 'You write here under your own name.';
  return h('div', null, h('h3', null, 'Your name in this group'), h('p', { dir: 'auto' }, words),
    formOf(async fields => {
      const { data } = await request('PUT', `${path}/mask`, { json: { name: field(fields, 'name') } });
      group.my_mask = data;
      await place.refresh('you');
      say(`You write here as ${data.name}.`);
    }, { id: 'mask', class: 'fields' },
    labelled(mask ? 'Another name' : 'A name for this group alone', h('input', { type: 'text', name: 'name', required: true, maxlength: 100, dir: 'auto', autocomplete: 'off', 'data-key': 'mask' }),
      mask ? 'What you wrote under it is shown under the new one, too.' : `${known(group)} What you wrote under your own name before stays under it.`),
    h('div', { class: 'row' }, h('button', { type: 'submit', 'data-key': 'wear' }, mask ? 'Change it' : 'Write under this name'),
      mask && !group.anonymous && act('Write under my own name again', async () => {
        await request('DELETE', `${path}/mask`);
        group.my_mask.worn = false;
        await place.refresh('you');
        say('You write under your own name. What you wrote under the other stays under it.');
      }, { class: 'quiet', id: 'mask-off' }))));
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
