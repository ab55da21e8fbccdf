// One's own account: name, password, tokens for scripts.

import './page.js';
import { act } from './acts.js';
import { Problem, all, request } from './api.js';
import { find, h, say } from './dom.js';
import { copyButtons, field, onSubmit, showFault } from './forms.js';

copyButtons();

onSubmit('#profile', async (fields, form) => {
  await request('PATCH', '/me', { json: { display_name: field(fields, 'display_name') } });
  done(form, 'Saved.');
});

onSubmit('#password', async (fields, form) => {
  const json = { current: String(fields.get('current') ?? ''), new: String(fields.get('new') ?? '') };
  if (json.new !== String(fields.get('again') ?? ''))
    throw new Problem(422, { detail: 'The two new passwords differ.' });
  await request('PUT', '/me/password', { json, once: true });
  form.reset();
  done(form, 'Your password was changed.');
});

onSubmit('#token', async (fields, form) => {
  const scopes = fields.getAll('scope').map(String);
  const days = Number(field(fields, 'days'));
  const expires = days ? { expires_at: new Date(Date.now() + days * 86400000).toISOString() } : {};
  const { data } = await request('POST', '/tokens', { json: { name: field(fields, 'name'), scopes, ...expires }, key: '', once: true });
  /** @type {HTMLInputElement} */ (document.querySelector('#token-text')).value = data.token;
  /** @type {HTMLElement} */ (document.querySelector('#token-made')).hidden = false;
  form.reset();
});

onSubmit('#erase', async fields => {
  if (!confirm('Erase your account now, for good?')) return;
  await request('POST', '/me/erase', { json: { password: String(fields.get('password') ?? '') }, key: '', once: true });
  location.assign('/');
});

document.addEventListener('click', async event => {
  const button = event.target instanceof Element ? event.target.closest('[data-revoke]') : null;
  const id = button?.getAttribute('data-revoke');
  if (!id || !confirm('Revoke this token? Scripts that use it stop working at once.')) return;
  try {
    await request('DELETE', `/tokens/${id}`);
    button?.closest('li')?.remove();
  } catch (why) {
    if (why instanceof Problem) showFault(/** @type {HTMLFormElement} */ (document.querySelector('#token')), why.message);
  }
});

async function muted() {
  const list = /** @type {HTMLElement} */ (find('#muted ul'));
  const people = await all('/me/mutes');
  list.replaceChildren(...people.map(({ user }) => h('li', null, h('span', { dir: 'auto' }, user.display_name),
    act('Read them again', async () => {
      await request('DELETE', `/me/mutes/${user.id}`);
      await muted();
      say(`You read ${user.display_name} again.`);
      find('#muted h2')?.focus();
    }, { 'aria-label': `Read them again: ${user.display_name}` }))));
  list.hidden = people.length === 0;
  if (people.length === 0) find('#muted .note')?.replaceChildren('Nobody so far. In the margin, the menu of a note has “Mute”: what they write is left out for you, and they do not learn of it.');
}
muted().finally(() => {
  document.documentElement.dataset.ready = 'true';
});

/** @param {HTMLFormElement} form @param {string} words */
function done(form, words) {
  const note = /** @type {HTMLElement | null} */ (form.querySelector('.done'));
  if (note) note.textContent = words;
}
