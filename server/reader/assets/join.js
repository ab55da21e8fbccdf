// Joining a group by its link, or making the first account by the set-up link: a new account,
// an account there is already, or, for who is signed in, one button.

import './page.js';
import { request } from './api.js';
import { field, onSubmit } from './forms.js';

const main = /** @type {HTMLElement} */ (document.querySelector('main'));
const { code = '', setup = '', group = '' } = main.dataset;

onSubmit('#signup', async fields => {
  const json = {
    name: field(fields, 'name'),
    password: String(fields.get('password') ?? ''),
    ...(field(fields, 'display_name') && { display_name: field(fields, 'display_name') }),
    session: true,
    ...(setup ? { setup } : { invitation: code }),
  };
  await request('POST', '/users', { json, key: '', once: true });
  location.assign(group ? `/g/${group}` : '/'); // a new account has joined by its invitation
});

onSubmit('#signin', async fields => {
  const json = { name: field(fields, 'name'), password: String(fields.get('password') ?? '') };
  await request('POST', '/session', { json, key: '', once: true });
  await join();
});

onSubmit('#accept', join);

async function join() {
  const { data } = await request('POST', `/invitations/${encodeURIComponent(code)}/accept`);
  location.assign(data.links.html);
}
