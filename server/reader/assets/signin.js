// Signing in. The form also works without this.

import './page.js';
import { request } from './api.js';
import { field, nextPath, onSubmit } from './forms.js';

onSubmit('#signin', async fields => {
  const json = { name: field(fields, 'name'), password: String(fields.get('password') ?? '') };
  await request('POST', '/session', { json, key: '', once: true });
  location.assign(nextPath(new URLSearchParams(location.search).get('next')));
});
