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

/** Once somebody else relies on it, anonymity only grows. @param {Place} place */
function changing({ group, path }) {
  const others = group.members > 1;
  const form = formOf(async fields => {
    await request('PATCH', path, { json: settingsOf(fields, group) });
    location.reload();
  }, { id: 'settings-form', class: 'fields' },
  labelled('Name', h('input', { type: 'text', name: 'name', required: true, maxlength: 100, dir: 'auto', value: group.name })),
  labelled('What it is about', h('textarea', { name: 'description', rows: 3, maxlength: 2000, dir: 'auto' }, group.description ?? ''), 'Shown here and to who is invited.'),
  choices('Who reads and writes here', 'access', [
    ['private', 'Only members', 'Nobody else knows of the group.'],
    ['restricted', 'Others may read along', 'Everybody with an account here can read; only members write. Who wants to join asks.'],
    ['open', 'Everybody', 'Everybody with an account here can read, write and join.'],
  ], group.access),
  choices('Under which names members write', 'anonymous', [
    ['false', 'Their own', 'Whoever likes can still take another name here.'],
    ['true', 'Names that say nothing', 'Members do not see who is behind one. Not in a group that is open to everybody.'],
  ], String(group.anonymous)),
  choices('Who is behind such a name is seen by', 'leaders_see_through', [
    ['true', 'Those who lead the group', 'Its owners, admins and moderators.'],
    ['false', 'Nobody in the group', 'Those who lead it neither.'],
  ], String(group.leaders_see_through)),
  others && h('p', { class: 'note' }, 'What members were promised is kept: as others have joined, names can be hidden further, but not uncovered.'),
  tick('premoderated', 'Look at what members write before others see it', group.premoderated, 'It waits under “To look at” until somebody who leads the group approves it.'),
  h('button', { type: 'submit', class: 'main' }, 'Save'));
  if (others && group.anonymous) lock(form, 'anonymous', 'false');
  if (others && !group.leaders_see_through) lock(form, 'leaders_see_through', 'true');
  return form;
}

/** @param {HTMLElement} form @param {string} name @param {string} value */
function lock(form, name, value) {
  form.querySelector(`[name="${name}"][value="${value}"]`)?.setAttribute('disabled', '');
}

/** Only what is another than it was. @param {FormData} fields @param {any} group */
function settingsOf(fields, group) {
  /** @type {Record<string, any>} */
  const wanted = {
    name: field(fields, 'name'),
    description: field(fields, 'description') || null,
    access: field(fields, 'access'),
    anonymous: field(fields, 'anonymous') === 'true',
    leaders_see_through: field(fields, 'leaders_see_through') === 'true',
    premoderated: fields.has('premoderated'),
  };
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => value !== (group[name] ?? null)));
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
