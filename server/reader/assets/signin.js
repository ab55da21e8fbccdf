// Signing in. The form also works without this.

import './page.js';
import { request } from './api.js';
import { field, nextPath, onSubmit } from './forms.js';

onSubmit('#signin', async (fields, form) => {
  const json = { name: field(fields, 'name'), password: String(fields.get('password') ?? '') };
  await request('POST', '/session', { json, key: '', once: true });
  const next = nextPath(new URL(form.action).searchParams.get('next'));
  if (next === location.pathname + location.search) location.reload();
  else location.assign(next);
});
