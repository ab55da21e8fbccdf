// The list of texts and groups: making a group that has no text yet.

import './page.js';
import { newKey, request } from './api.js';
import { field, onSubmit } from './forms.js';

const key = newKey();

onSubmit('#found', async fields => {
  const { data } = await request('POST', '/groups', { json: { name: field(fields, 'name') }, key });
  location.assign(`/g/${data.id}`);
});
