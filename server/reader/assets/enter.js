// The ways in: signing in (the form also works without this), a new account, and joining a group by
// its link, which is one button for who is signed in.

import './page.js';
import { request } from './api.js';
import { field, nextPath, onSubmit } from './forms.js';

const main = /** @type {HTMLElement} */ (document.querySelector('main'));
const { code = '', setup = '', group = '' } = main.dataset;

onSubmit('#signin', async (fields, form) => {
  const json = { name: field(fields, 'name'), password: String(fields.get('password') ?? '') };
  await request('POST', '/session', { json, key: '', once: true });
  if (code) await join();
  else go(nextPath(new URL(form.action).searchParams.get('next')));
});

onSubmit('#signup', async fields => {
  const json = {
    name: field(fields, 'name').toLowerCase(),
    password: String(fields.get('password') ?? ''),
    session: true,
    ...(field(fields, 'display_name') && { display_name: field(fields, 'display_name') }),
    ...(setup && { setup }),
    ...(code && { invitation: code }),
  };
  await request('POST', '/users', { json, key: '', once: true });
  go(group ? `/g/${group}` : '/'); // a new account has joined by its invitation
});

onSubmit('#accept', join);

async function join() {
  const { data } = await request('POST', `/invitations/${encodeURIComponent(code)}/accept`);
  go(data.links.html);
}

/** @param {string} path */
function go(path) {
  if (path === location.pathname + location.search) location.reload();
  else location.assign(path);
}
