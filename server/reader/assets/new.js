// Putting a text in: pasted or from a file, for me, for a group, or for a group that is made here.

import './page.js';
import { Problem, newKey, request } from './api.js';
import { copyButtons, field, onSubmit } from './forms.js';

const form = /** @type {HTMLFormElement} */ (document.querySelector('#new-text'));
const area = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('text'));
const file = /** @type {HTMLInputElement} */ (form.elements.namedItem('file'));
const title = /** @type {HTMLInputElement} */ (form.elements.namedItem('title'));
const groupName = /** @type {HTMLElement} */ (document.querySelector('#group-name'));
const key = newKey();

/** @type {Blob | null} a file that was chosen; its bytes go up as they are */
let chosen = null;

file.addEventListener('change', () => take(file.files?.[0] ?? null));
form.addEventListener('change', () => {
  groupName.hidden = field(new FormData(form), 'for') !== 'new';
});
area.addEventListener('input', () => {
  chosen = null;
});
form.addEventListener('dragover', event => event.preventDefault());
form.addEventListener('drop', event => {
  event.preventDefault();
  take(event.dataTransfer?.files[0] ?? null);
});

/** @param {File | null} from */
async function take(from) {
  if (!from) return;
  area.value = await from.text();
  chosen = from;
  const markdown = /\.(md|markdown|mdown)$/i.test(from.name);
  /** @type {any} */ (form.elements.namedItem('format')).value = markdown ? 'markdown' : 'plain';
  if (!title.value) title.value = from.name.replace(/\.[^.]+$/, '').replace(/[_-]+/g, ' ');
}

copyButtons();
onSubmit('#new-text', async fields => {
  const made = await groupFor(field(fields, 'for'), field(fields, 'group_name'));
  const query = new URLSearchParams({ group: made.id, ...(field(fields, 'title') && { title: field(fields, 'title') }) });
  const type = field(fields, 'format') === 'plain' ? 'text/plain' : 'text/markdown';
  // a file's bytes as they lie on the disk: the server knows charsets, the text field does not
  const body = /** @type {any} */ (chosen ?? area.value);
  const { data } = await request('POST', `/documents?${query}`, { text: body, type: chosen ? type : `${type}; charset=utf-8`, key });
  if (made.link) showLink(made.link, `/d/${data.id}`);
  else location.assign(`/d/${data.id}`);
});

/** @type {{ id: string, link: string } | null} a group that was made before the text was refused */
let madeBefore = null;

/** @param {string} whom @param {string} name @returns {Promise<{ id: string, link?: string }>} */
async function groupFor(whom, name) {
  if (whom !== 'new') return { id: whom };
  if (madeBefore) return madeBefore;
  if (!name) throw new Problem(422, { detail: 'The new group needs a name.' });
  const { data: group } = await request('POST', '/groups', { json: { name } });
  const { data: invitation } = await request('POST', `/groups/${group.id}/invitations`, { json: {} });
  madeBefore = { id: group.id, link: `${location.origin}/join/${invitation.code}` };
  return madeBefore;
}

/** @param {string} link @param {string} path */
function showLink(link, path) {
  const done = /** @type {HTMLElement} */ (document.querySelector('#done'));
  /** @type {HTMLInputElement} */ (done.querySelector('#join-link')).value = link;
  /** @type {HTMLAnchorElement} */ (done.querySelector('a.main')).href = path;
  form.hidden = true;
  done.hidden = false;
  done.focus();
}
