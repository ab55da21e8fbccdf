// What the owner of a text may do with it: rename it, say who writes on it, take it away.

import { ask, labelled, select, tick } from './acts.js';
import { Problem, all, request } from './api.js';
import { find, h } from './dom.js';

/**
 * @param {string} document_ the text's id
 * @param {import('./groups.js').Groups} groups
 * @param {(words: string) => void} tell
 */
export function textMenu(document_, groups, tell) {
  const path = `/documents/${document_}`;
  find('[data-text=rename]')?.addEventListener('click', () => attempt(() => rename(path), tell));
  find('[data-text=annotating]')?.addEventListener('click', () => attempt(() => askWhoWrites(path, groups), tell));
  find('[data-text=move]')?.addEventListener('click', () => attempt(() => askWhereTo(path), tell));
  find('[data-text=delete]')?.addEventListener('click', () => attempt(() => remove(path), tell));
  document.addEventListener('click', event => {
    const menu = find('details.menu[open]');
    if (event.target instanceof Element && event.target.closest('[data-text]')) menu?.removeAttribute('open');
    if (menu && !(event.target instanceof Node && menu.contains(event.target))) menu.removeAttribute('open');
  });
}

/** @param {() => Promise<void>} deed @param {(words: string) => void} tell */
async function attempt(deed, tell) {
  try {
    await deed();
  } catch (why) {
    if (!(why instanceof Problem)) throw why;
    tell(why.message);
  }
}

/** @param {string} path */
async function rename(path) {
  const { data } = await request('GET', path);
  const title = prompt('The title of this text', data.title)?.trim();
  if (!title || title === data.title) return;
  await request('PATCH', path, { json: { title } });
  location.reload();
}

/** Goes at once, and comes back as easily: the list of texts offers it. @param {string} path */
async function remove(path) {
  if (!confirm('Take this text away, for all its readers? You can undo it on the next screen.')) return;
  await request('DELETE', path);
  location.assign(`/#deleted=${path.split('/').pop()}`);
}

/** Another home for it: whose texts it is among, and who reads it by that. @param {string} path */
async function askWhereTo(path) {
  const [{ data }, mine] = await Promise.all([request('GET', path), all('/groups?limit=200')]);
  const here = mine.find(({ id }) => id === data.group);
  const others = mine.filter(({ id, may }) => id !== data.group && may.includes('list_text'));
  const nameOf = (/** @type {any} */ { kind, name }) => kind === 'mine' ? 'Only me' : kind === 'pair' ? `Just with ${name}` : name;
  const select_ = /** @type {HTMLSelectElement} */ (select('group', others.map(group => [group.id, nameOf(group)])));
  const canStay = here && here.kind !== 'mine';
  const given = await ask('Where does this text belong?', 'Move it',
    h('p', { class: 'hint' }, here ? `It is at home in ${nameOf(here)} now. ` : '', 'Who is in its group reads it, and who manages that group’s texts may edit it. Notes stay in the groups for which they were written.'),
    others.length === 0 ? h('p', null, 'You are in no other group.') : labelled('To', select_),
    canStay && others.length > 0 && tick('stays', `${nameOf(here)} goes on reading it`, true, 'Else its members do not see it any more, nor their notes on it.'));
  if (!given || others.length === 0) return;
  await request('POST', `${path}/move`, { json: { group: given.get('group') } });
  if (given.has('stays')) await request('PUT', `/groups/${data.group}/documents/${data.id}`);
  location.reload();
}

const CHOICES = [['all', 'Everybody who reads it'], ['groups', 'These groups alone'], ['none', 'Nobody']];

/** Who may write on it for others. @param {string} path @param {import('./groups.js').Groups} groups */
async function askWhoWrites(path, groups) {
  const { data } = await request('GET', path);
  const now = data.annotating;
  const radios = CHOICES.map(([value]) => input('radio', value, value === now.allowed));
  const boxes = groups.choices().filter(({ kind, id }) => kind !== 'pair' || now.groups.includes(id))
    .map(({ id }) => input('checkbox', id, now.groups.includes(id)));
  const named = h('fieldset', { class: 'named' }, h('legend', { class: 'unseen' }, 'Which groups'),
    ...boxes.map(box => h('label', { class: 'inline' }, box, h('bdi', null, groups.nameOf(box.value)))));
  const fault = h('p', { class: 'fault', role: 'alert', hidden: true });
  const chosen = () => radios.find(radio => radio.checked)?.value;
  const form = h('form', { class: 'fields' },
    h('fieldset', null, h('legend', { class: 'unseen' }, 'Who'), ...CHOICES.flatMap(([value, words], i) =>
      [h('label', { class: 'inline' }, radios[i], words), value === 'groups' ? named : null])),
    h('p', { class: 'note' }, 'What was written by those who may not any more is kept, and seen by its authors alone until they may again. Notes for oneself are always possible.'),
    fault,
    h('div', { class: 'row' }, h('button', { type: 'submit', class: 'main' }, 'Save'),
      h('button', { type: 'button', class: 'quiet', on: { click: () => dialog.close() } }, 'Cancel')));
  const follow = () => {
    named.hidden = chosen() !== 'groups';
  };
  follow();
  form.addEventListener('change', follow);
  const dialog = /** @type {HTMLDialogElement} */ (h('dialog', { class: 'annotating', 'aria-labelledby': 'annotating-title' },
    h('h2', { id: 'annotating-title' }, 'Who may write notes on this text?'), form));
  dialog.addEventListener('close', () => dialog.remove());
  form.addEventListener('submit', async event => {
    event.preventDefault();
    const json = { allowed: chosen(), ...(chosen() === 'groups' && { groups: boxes.filter(box => box.checked).map(box => box.value) }) };
    try {
      await request('PUT', `${path}/annotating`, { json });
      location.reload();
    } catch (why) {
      if (!(why instanceof Problem)) throw why;
      fault.textContent = why.message;
      fault.hidden = false;
    }
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {string} type @param {string} value @param {boolean} checked */
function input(type, value, checked) {
  const el = /** @type {HTMLInputElement} */ (h('input', { type, value, ...(type === 'radio' && { name: 'allowed' }) }));
  el.checked = checked;
  return el;
}
