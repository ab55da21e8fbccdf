// Putting a text in: pasted or from a file, for me, for a group, or for a group that is made here.

import './page.js';
import { Problem, newKey, request } from './api.js';
import { copyButtons, field, onSubmit, showFault } from './forms.js';

const form = /** @type {HTMLFormElement} */ (document.querySelector('#new-text'));
const area = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('text'));
const file = /** @type {HTMLInputElement} */ (form.elements.namedItem('file'));
const title = /** @type {HTMLInputElement} */ (form.elements.namedItem('title'));
const groupName = /** @type {HTMLElement} */ (document.querySelector('#group-name'));
const key = newKey();

/** @type {Blob | null} a file that was chosen; its bytes go up as they are */
let chosen = null;
let charset = 'utf-8';

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
  const bytes = new Uint8Array(await from.arrayBuffer());
  const found = charsetOf(bytes);
  if (!found) {
    file.value = '';
    showFault(form, `${from.name} is no plain text or Markdown, but perhaps a PDF or a word processor's file. Save it as text, or paste its words.`);
    return;
  }
  area.value = new TextDecoder(found).decode(bytes);
  chosen = from;
  charset = found;
  showFault(form, found === 'windows-1252'
    ? 'The file is not UTF-8; it was read as Western European (Windows-1252). If its letters are wrong above, save it as UTF-8 and choose it again.'
    : '');
  const markdown = /\.(md|markdown|mdown)$/i.test(from.name);
  /** @type {any} */ (form.elements.namedItem('format')).value = markdown ? 'markdown' : 'plain';
  if (!title.value) title.value = from.name.replace(/\.[^.]+$/, '').replace(/[_-]+/g, ' ');
}

/**
 * What a file's bytes are read as, here and on the server: old texts without a mark are Western
 * European more often than anything else, and the reader sees whether that was right.
 *
 * @param {Uint8Array} bytes
 * @returns {string | null} null when they are no text
 */
function charsetOf(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes.includes(0) || String.fromCharCode(...bytes.subarray(0, 5)) === '%PDF-') return null;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

copyButtons();
onSubmit('#new-text', async fields => {
  const made = await groupFor(field(fields, 'for'), field(fields, 'group_name'));
  const query = new URLSearchParams({ group: made.id, ...(field(fields, 'title') && { title: field(fields, 'title') }) });
  const type = field(fields, 'format') === 'plain' ? 'text/plain' : 'text/markdown';
  // a file's bytes as they lie on the disk: the server knows charsets, the text field does not
  const body = /** @type {any} */ (chosen ?? area.value);
  const { data } = await request('POST', `/documents?${query}`, {
    text: body, type: `${type}; charset=${chosen ? charset : 'utf-8'}`, key,
  });
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
