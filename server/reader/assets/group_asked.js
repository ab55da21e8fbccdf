// Who asks to be let in.

import { act, ask, labelled } from './acts.js';
import { all, request } from './api.js';
import { h, say } from './dom.js';
import { field } from './forms.js';
import { ago } from './words.js';

/** @typedef {import('./group.js').Place} Place */

/** @param {Place} place @returns {Promise<import('./parts.js').Content>} */
export async function requests(place) {
  const waiting = await all(`${place.path}/requests`);
  return {
    count: waiting.length,
    children: [waiting.length === 0
      ? h('p', { class: 'empty' }, 'Nobody waits to be let in.')
      : h('ul', { class: 'list cards' }, ...waiting.map(one => row(place, one)))],
  };
}

/** @param {Place} place @param {any} one */
function row(place, one) {
  const { id, user, message, created_at: at } = one;
  /** @param {any} json @param {string} words */
  const decide = async (json, words) => {
    await request('PATCH', `/requests/${id}`, { json });
    await Promise.all([place.refresh('requests'), place.refresh('members')]);
    say(words);
  };
  return h('li', null,
    h('span', null, h('span', { class: 'name', dir: 'auto' }, user.display_name), h('span', { class: 'facts' }, ` ${user.name} · asked ${ago(at)}`)),
    message && h('p', { class: 'said', dir: 'auto' }, message),
    h('div', { class: 'row' },
      act('Let them in', () => decide({ state: 'accepted' }, `${user.display_name} is a member now.`), { 'aria-label': `Let them in: ${user.display_name}` }),
      act('Decline…', async () => {
        const fields = await ask(`Decline what ${user.display_name} asks`, 'Decline',
          labelled('Why', h('textarea', { name: 'reason', rows: 3, maxlength: 2000, dir: 'auto' }), `${user.display_name} reads this. It may stay empty.`));
        if (fields) await decide({ state: 'declined', reason: field(fields, 'reason') || null }, `${user.display_name} was declined.`);
      }, { class: 'quiet', 'aria-label': `Decline… (${user.display_name})` })));
}
