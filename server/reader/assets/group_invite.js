// Join links: who gets one can join. Made with a role, an end and a number of uses, and ended.

import { act, formOf, labelled, select } from './acts.js';
import { all, request } from './api.js';
import { h, say } from './dom.js';
import { field } from './forms.js';
import { count, exactly } from './words.js';

/** @typedef {import('./group.js').Place} Place */

const DAY_MS = 86400000;

/** @param {Place} place @returns {Promise<import('./parts.js').Content>} */
export async function invitations(place) {
  const open = await all(`${place.path}/invitations`);
  return {
    children: [
      h('p', { class: 'hint' }, 'Whoever has a join link can join with it, also somebody who left or was removed. End it when all are here.'),
      ...open.map((invitation, i) => card(place, invitation, i)),
      making(place, open.length === 0),
    ],
  };
}

/** @param {Place} place @param {any} invitation @param {number} i */
function card(place, invitation, i) {
  const id = i === 0 ? 'join-link' : `join-link-${i}`;
  const link = new URL(invitation.links.html, location.origin).href;
  return h('div', { class: 'invitation' },
    h('div', { class: 'link-row' },
      h('input', { type: 'text', id, readonly: true, value: link, 'aria-label': `Join link ${i + 1}` }),
      h('button', { type: 'button', 'data-copy': id }, 'Copy'),
      act('New link', async () => {
        if (!confirm('Give this another link? The one that you have sent around no longer works then.')) return;
        await request('POST', `/invitations/${invitation.id}/rotate`);
        await place.refresh('invite');
        say('The link is another one now.');
      }, { class: 'quiet', 'data-key': `rotate-${invitation.id}` }),
      act('End it', async () => {
        await request('DELETE', `/invitations/${invitation.id}`);
        await place.refresh('invite');
        say('The join link has ended.');
      }, { class: 'quiet', 'data-end-link': invitation.id })),
    h('p', { class: 'facts' }, terms(invitation)));
}

/** @param {any} invitation */
function terms({ role, uses_left: left, expires_at: ends, author }) {
  const uses = left === null ? 'for any number' : left === 1 ? 'for one person' : `for ${count(left, 'person', 'people')} more`;
  return [
    role === 'member' ? 'for members' : `makes whoever joins ${role === 'moderator' ? 'a moderator' : `an ${role}`}`,
    uses,
    ends ? `until ${exactly(ends)}` : 'without an end',
    author && `made by ${author.display_name}`,
  ].filter(Boolean).join(' · ');
}

/** @param {Place} place @param {boolean} first */
function making(place, first) {
  /** @type {[string, string][]} */
  const roles = [['member', 'a member'], ['moderator', 'a moderator'], ...(place.may('set_leader') ? /** @type {[string, string][]} */ ([['admin', 'an admin']]) : [])];
  return formOf(async fields => {
    const days = Number(field(fields, 'days'));
    const json = {
      role: field(fields, 'role'),
      uses: Number(field(fields, 'uses')) || null,
      expires_at: days ? new Date(Date.now() + days * DAY_MS).toISOString() : null,
    };
    await request('POST', `${place.path}/invitations`, { json });
    await place.refresh('invite');
    say('A join link was made.');
  }, { id: 'invite-form', class: 'fields' },
  h('details', { class: 'more' }, h('summary', null, 'For whom, how often, how long'),
    h('div', { class: 'fields columns' },
      labelled('Who joins becomes', select('role', roles)),
      labelled('It works', select('uses', [['', 'any number of times'], ['1', 'once'], ['5', '5 times'], ['10', '10 times'], ['30', '30 times']])),
      labelled('It ends', select('days', [['', 'when somebody ends it'], ['1', 'after a day'], ['7', 'after a week'], ['30', 'after 30 days']])))),
  h('button', { type: 'submit', class: first ? 'main' : '', 'data-key': 'make-link' }, first ? 'Make a join link' : 'Make another'));
}
