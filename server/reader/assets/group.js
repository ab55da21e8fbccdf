// A group's page: its join link, leaving it, and, for an owner, roles and members.

import './page.js';
import { request } from './api.js';
import { copyButtons, onSubmit } from './forms.js';

const main = /** @type {HTMLElement} */ (document.querySelector('main'));
const { group = '', me = '' } = main.dataset;

copyButtons();
onSubmit('#invite', async () => {
  await request('POST', `/groups/${group}/invitations`, { json: {} });
  location.reload();
});

document.addEventListener('click', async event => {
  const button = event.target instanceof Element ? event.target.closest('[data-end-link]') : null;
  if (!button) return;
  await request('DELETE', `/invitations/${button.getAttribute('data-end-link')}`);
  location.reload();
});

onSubmit('#leave', async () => {
  if (!confirm('Leave this group? You will no longer see its texts; what you wrote stays.')) return;
  await request('POST', `/groups/${group}/leave`);
  location.assign('/');
});

onSubmit('#dissolve', async () => {
  if (!confirm('Delete this group for all its members?')) return;
  await request('DELETE', `/groups/${group}`);
  location.assign('/');
});

onSubmit('#rename', async fields => {
  await request('PATCH', `/groups/${group}`, { json: { name: String(fields.get('name') ?? '').trim() } });
  location.reload();
});

document.addEventListener('click', async event => {
  const button = event.target instanceof Element ? event.target.closest('[data-make-owner]') : null;
  const user = button?.getAttribute('data-make-owner');
  if (!user || !confirm('Make this member an owner, who may do all that you may here?')) return;
  await request('PATCH', `/groups/${group}/members/${user}`, { json: { role: 'owner' } });
  location.reload();
});

document.addEventListener('click', async event => {
  const button = event.target instanceof Element ? event.target.closest('[data-remove-member]') : null;
  const user = button?.getAttribute('data-remove-member');
  if (!user || user === me || !confirm('Remove this member? What they wrote stays.')) return;
  await request('DELETE', `/groups/${group}/members/${user}`);
  button?.closest('li')?.remove();
});
