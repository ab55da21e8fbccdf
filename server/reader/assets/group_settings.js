// What the group is called and by which rules it reads; and its end.

import { act, choices, formOf, labelled, tick } from './acts.js';
import { request } from './api.js';
import { h } from './dom.js';
import { field } from './forms.js';

/** @typedef {import('./group.js').Place} Place */

/** @param {Place} place @returns {Promise<import('./parts.js').Content>} */
export async function settings(place) {
  return { children: [place.may('change') && changing(place), place.may('dissolve') && dissolving(place)] };
}

/** @param {Place} place */
function changing({ group, path }) {
  return formOf(async fields => {
    await request('PATCH', path, { json: {
      name: field(fields, 'name'),
      description: field(fields, 'description') || null,
    } });
    location.reload();
  }, { id: 'settings-form', class: 'fields' },
  labelled('Name', h('input', { type: 'text', name: 'name', required: true, maxlength: 100, dir: 'auto', value: group.name })),
  labelled('What it is about', h('textarea', { name: 'description', rows: 3, maxlength: 2000, dir: 'auto' }, group.description ?? ''), 'Shown here and to who is invited.'),
  h('button', { type: 'submit', class: 'main' }, 'Save'));
}

/** @param {Place} place */
function dissolving({ group, path }) {
  return h('div', { class: 'ending' }, h('h3', null, 'Delete the group'),
    h('p', { class: 'hint' }, 'It can be deleted once no text has its home there: move or delete its texts first.'),
    act('Delete this group', async () => {
      if (!confirm(`Delete “${group.name}” for all its members?`)) return;
      await request('DELETE', path);
      location.assign('/');
    }, { class: 'danger', id: 'dissolve' }));
}
