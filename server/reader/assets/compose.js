// The form in which annotations, replies and edits are written. What is typed is kept in the
// browser until the server has it.

import { Problem } from './api.js';
import { h } from './dom.js';
import { Draft } from './drafts.js';
import { tagsOf } from './words.js';

/**
 * @typedef {object} Writing
 * @property {string | null} body
 * @property {string} [kind]
 * @property {string[]} [tags]
 * @property {'group' | 'private'} [visibility] of what is there already
 * @property {string} [who] may read it: one of the form's choices
 * @property {boolean} [draft] nobody else for now
 */

/**
 * @typedef {object} Form
 * @property {string} draft the place under which unsent text is kept
 * @property {string} [quote] the words there
 * @property {string} label for the text field
 * @property {string} send words on the button
 * @property {{ options: string[][], value: string, cautions?: (value: string) => string }} [who] asks who may
 *   read it: values and words; cautions: what is to be said of one
 * @property {boolean} [drafts] it can be put by as a draft
 * @property {boolean} [kinds] asks what kind it is, and for tags
 * @property {boolean} [mayBeEmpty]
 * @property {Writing} [from] what is there already
 * @property {(writing: Writing) => Promise<void>} onSend throws a Problem to keep the form open
 * @property {() => void} onCancel
 */

const CHOICES = ['comment', 'question', 'claim', 'objection'];
let serial = 0;

/** @param {Form} form @returns {HTMLFormElement} */
export function composer(form) {
  const id = `compose-${serial += 1}`;
  const draft = new Draft(form.draft, form.quote);
  const kept = draft.kept();
  const start = { body: '', kind: 'comment', tags: [], who: form.who?.value, ...form.from, ...kept };

  const body = /** @type {HTMLTextAreaElement} */ (h('textarea', { id, rows: 3, dir: 'auto',
    'aria-describedby': `${id}-hint`, placeholder: form.label, maxlength: 200000 }));
  body.value = start.body ?? '';
  const kind = form.kinds ? choice('Kind', CHOICES.map(name => [name, name]), start.kind ?? 'comment') : null;
  const who = form.who && form.who.options.length > 1
    ? choice('Who may read it', form.who.options, start.who ?? form.who.value) : null;
  const tags = form.kinds ? /** @type {HTMLInputElement} */ (h('input', { type: 'text', placeholder: 'tags, with commas',
    'aria-label': 'Tags, with commas between', autocomplete: 'off' })) : null;
  if (tags) tags.value = (start.tags ?? []).join(', ');

  const caution = h('p', { class: 'caution', role: 'status', hidden: true });
  const fault = h('p', { class: 'fault', role: 'alert', hidden: true });
  const send = /** @type {HTMLButtonElement} */ (h('button', { type: 'submit', class: 'main' }, form.send));
  const later = form.drafts ? h('button', { type: 'button', class: 'quiet', title: 'Only you see it until you publish your drafts',
    on: { click: () => submit(true) } }, 'Save as draft') : null;
  const el = /** @type {HTMLFormElement} */ (h('form', { class: 'composer', 'data-tool': true },
    h('label', { class: 'unseen', for: id }, form.label),
    body,
    kind || who || tags ? h('div', { class: 'choices' }, kind, who, tags) : null,
    caution,
    fault,
    h('div', { class: 'row' },
      send,
      later,
      h('button', { type: 'button', class: 'quiet', on: { click: () => cancel() } }, 'Cancel'),
      h('span', { class: 'hint', id: `${id}-hint` }, 'Markdown · Ctrl+Enter sends'))));

  const chosen = () => who?.value ?? form.who?.value ?? '';
  const showChosen = () => {
    const words = form.who?.cautions?.(chosen()) ?? '';
    caution.textContent = words;
    caution.hidden = words === '';
    // what stays with its writer needs no draft
    later?.toggleAttribute('hidden', chosen() === 'private');
  };
  who?.addEventListener('change', showChosen);
  showChosen();

  /** @returns {Writing} */
  const read = () => ({
    body: body.value,
    ...(kind && { kind: kind.value }),
    ...(tags && { tags: tagsOf(tags.value) }),
    ...(form.who && { who: chosen() }),
  });
  const cancel = () => {
    draft.drop();
    form.onCancel();
  };
  const submit = async (asDraft = false) => {
    if (send.disabled || (!form.mayBeEmpty && body.value.trim() === '')) return body.focus();
    send.disabled = true;
    fault.hidden = true;
    try {
      await form.onSend({ ...read(), ...(asDraft && { draft: true }) });
      draft.drop();
    } catch (why) {
      if (!(why instanceof Problem)) throw why;
      fault.textContent = why.message;
      fault.hidden = false;
    } finally {
      send.disabled = false;
    }
  };

  el.addEventListener('input', () => {
    fit(body);
    draft.keep(read());
  });
  el.addEventListener('submit', event => {
    event.preventDefault();
    submit();
  });
  el.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
    } else if (event.key === 'Escape' && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      // Esc must not cost anybody a long text: the draft stays for the next time
      draft.close();
      form.onCancel();
    }
  });
  requestAnimationFrame(() => fit(body));
  return el;
}

/** @param {string} name @param {string[][]} options @param {string} value */
function choice(name, options, value) {
  const select = /** @type {HTMLSelectElement} */ (h('select', { 'aria-label': name },
    ...options.map(([key, words]) => h('option', { value: key }, words))));
  select.value = value;
  if (!select.value) select.value = options[0][0];
  return select;
}

/** Grows with what is typed. @param {HTMLTextAreaElement} area */
function fit(area) {
  area.style.setProperty('height', 'auto');
  area.style.setProperty('height', `${Math.min(area.scrollHeight + 2, 420)}px`);
}
