// The list of texts and groups: making a group that has no text yet, and groups that one could read in.

import './page.js';
import { act } from './acts.js';
import { all, newKey, request } from './api.js';
import { find, h } from './dom.js';
import { field, onSubmit } from './forms.js';

const key = newKey();

onSubmit('#found', async fields => {
  const { data } = await request('POST', '/groups', { json: { name: field(fields, 'name') }, key });
  location.assign(`/g/${data.id}`);
});

async function others() {
  const groups = find('#groups');
  if (!groups) return;
  const [open, asked] = await Promise.all([all('/groups?access=open,restricted'), all('/me/requests')]);
  const waiting = asked.filter(one => one.state === 'waiting');
  const rows = open.map(group => row(group, waiting.find(one => one.group === group.id)));
  if (rows.length > 0)
    groups.append(h('section', { id: 'others', 'aria-labelledby': 'others-title' },
      h('h2', { id: 'others-title' }, 'Groups that you could join'), h('ul', { class: 'list groups' }, ...rows)));
}

/** @param {any} group @param {any} waiting */
function row(group, waiting) {
  return h('li', null, h('a', { class: 'title', href: group.links.html, dir: 'auto' }, group.name),
    group.description && h('p', { class: 'facts', dir: 'auto' }, group.description),
    waiting ? h('p', { class: 'facts number' }, 'You have asked') : group.may.includes('join') && h('p', { class: 'number' }, act('Join', async () => {
      await request('POST', `/groups/${group.id}/join`);
      location.assign(group.links.html);
    }, { 'aria-label': `Join ${group.name}` })));
}

others().finally(() => {
  document.documentElement.dataset.ready = 'true';
});
