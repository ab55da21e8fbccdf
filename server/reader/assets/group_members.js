// Who is in the group: roles, and who takes part no longer.

import { act, menu } from './acts.js';
import { request } from './api.js';
import { h, say } from './dom.js';
import { listed } from './lists.js';
import { ago } from './words.js';

/** @typedef {import('./group.js').Place} Place */

/** What the roles are called, from the one who may do most. @type {[role: string, words: string, made: string][]} */
export const ROLES = [
  ['owner', 'owner', 'an owner, who may do all that you may here'],
  ['admin', 'admin', 'an admin, who runs the group with its owners'],
  ['moderator', 'moderator', 'a moderator, who looks after what is written here'],
  ['member', 'member', 'an ordinary member'],
];

/** @param {Place} place @returns {Promise<import('./parts.js').Content>} */
export async function members(place) {
  const people = await listed(`${place.path}/members`, member => row(place, member), { class: 'list members', one: 'member' });
  return {
    count: people.goesOn || place.group.anonymous ? place.group.members : people.length,
    children: [
      place.group.anonymous && h('p', { class: 'hint' }, 'Members are hidden from each other: who has written nothing yet is not listed.'),
      ...people.children,
      roles(),
    ],
  };
}

/** @param {Place} place @param {any} member */
function row(place, member) {
  const { user, role } = member;
  const isMe = user.id === place.me;
  return h('li', { 'data-user': user.id },
    h('span', null, h('span', { class: 'name', dir: 'auto' }, user.display_name), isMe && h('span', { class: 'facts' }, ' (you)'),
      h('span', { class: 'facts since' }, about(member, isMe))),
    h('span', { class: 'facts role' }, role === 'member' ? '' : role),
    !isMe && menu(`More about ${user.display_name}`, deeds(place, member), `menu-${user.id}`));
}

/** @param {any} member @param {boolean} isMe */
function about({ user, joined_at: joined }, isMe) {
  return [
    user.mask ? `writes here as ${user.mask}` : user.masked && (isMe ? 'the name under which you write here' : 'a name taken for this group'),
    user.name && user.name !== user.display_name && user.name,
    joined && `here since ${ago(joined)}`,
  ].filter(Boolean).join(' · ');
}

/** @param {Place} place @param {any} member */
function deeds(place, { user, role }) {
  const path = `${place.path}/members/${user.id}`;
  const isNamed = user.name && !user.masked;
  const leads = role === 'owner' || role === 'admin';
  const given = ROLES.filter(([other]) => other !== role &&
    place.may(leads || other === 'owner' || other === 'admin' ? 'set_leader' : 'set_role'));
  return [
    isNamed && act('Notes between us two', async () => {
      const { data } = await request('POST', '/groups', { json: { with: user.id } });
      location.assign(data.links.html);
    }, { title: `Notes that only ${user.display_name} and you read` }),
    ...given.map(([other, words, made]) => act(`Make ${words}`, async () => {
      if (other === 'owner' && !confirm(`Make ${user.display_name} ${made}?`)) return;
      await request('PATCH', path, { json: { role: other } });
      await place.refresh('members');
      say(`${user.display_name} is now ${made}.`);
    }, { title: `Make ${user.display_name} ${made}` })),
    place.may('hand_over') && act('Hand the group over', async () => {
      if (!confirm(`Make ${user.display_name} the owner of this group? You will be an admin from then on.`)) return;
      await request('POST', `${place.path}/owner`, { json: { user: user.id } });
      location.reload();
    }),
    place.may(leads ? 'set_leader' : 'remove_member') && act('Remove from the group', async () => {
      if (!confirm(`Remove ${user.display_name}? What they wrote stays. A join link that they still have lets them in again: end it first.`)) return;
      await request('DELETE', path);
      await place.refresh('members');
      say(`${user.display_name} was removed.`);
    }, { class: 'danger' }),
  ];
}

/** What each role may do, from the table that the server itself asks. */
function roles() {
  const details = h('details', { class: 'more' }, h('summary', null, 'What the roles may do'));
  details.addEventListener('toggle', async () => {
    if (details.querySelector('table')) return;
    const { data: { data } } = await request('GET', '/permissions');
    const columns = ['member', 'moderator', 'admin', 'owner'];
    const rows = data.filter((/** @type {any} */ row) => row.kinds.includes('group') && row.roles.length > 0);
    details.append(h('div', { class: 'table', tabindex: 0, role: 'region', 'aria-label': 'What the roles may do' }, h('table', null,
      h('thead', null, h('tr', null, h('th', { scope: 'col' }, 'May'), ...columns.map(role => h('th', { scope: 'col' }, role)))),
      h('tbody', null, ...rows.map((/** @type {any} */ row) => h('tr', null, h('th', { scope: 'row' }, row.summary),
        ...columns.map(role => h('td', null, ...(row.roles.includes(role) ? [h('span', { 'aria-hidden': 'true' }, '✓'), h('span', { class: 'unseen' }, 'yes')] : [h('span', { class: 'unseen' }, 'no')])))))))));
  });
  return details;
}
