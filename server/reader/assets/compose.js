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
 * @property {string[]} [also] further groups in which it is shown
 * @property {boolean} [draft] nobody else for now
 * @property {string} [replacement] of a suggestion: the words for the passage
 */

/**
 * @typedef {object} Audience
 * @property {string[][]} options values and words
 * @property {string} value
 * @property {(value: string) => string} [cautions] what is to be said of one
 * @property {() => Promise<string[][]>} [people] whom it may be for alone, by the option WITH
 * @property {(value: string) => string[][]} [also] where else it can be shown then
 */

/**
 * @typedef {object} Form
 * @property {string} draft the place under which unsent text is kept
 * @property {string} [quote] the words there
 * @property {string} label for the text field
 * @property {string} send words on the button
 * @property {Audience} [who] asks who may read it
 * @property {boolean} [drafts] it can be put by as a draft
 * @property {boolean} [kinds] asks what kind it is, and for tags
 * @property {boolean} [mayBeEmpty]
 * @property {string} [replacement] asks for other words for the passage; these stand there first
 * @property {Writing} [from] what is there already
 * @property {(writing: Writing) => Promise<void>} onSend throws a Problem to keep the form open
 * @property {() => void} onCancel
 */

/** Begins the value of one reader whom it is for. */
export const WITH = 'with:';

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
  const words = form.replacement === undefined ? null : /** @type {HTMLTextAreaElement} */ (h('textarea', { id: `${id}-words`,
    class: 'replacement', rows: 2, dir: 'auto', maxlength: 65536 }));
  if (words) words.value = start.replacement ?? form.replacement ?? '';
  const kind = form.kinds ? choice('Kind', CHOICES.map(name => [name, name]), start.kind ?? 'comment') : null;
  const who = form.who && form.who.options.length > 1
    ? choice('Who may read it', form.who.options, start.who?.startsWith(WITH) ? WITH : start.who ?? form.who.value) : null;
  const person = form.who?.people ? choice('With whom', [['', 'with whom?']], '') : null;
  const also = form.who?.also ? h('fieldset', { class: 'also', hidden: true }) : null;
  const tags = form.kinds ? /** @type {HTMLInputElement} */ (h('input', { type: 'text', placeholder: 'tags, with commas',
    'aria-label': 'Tags, with commas between', autocomplete: 'off' })) : null;
  if (tags) tags.value = (start.tags ?? []).join(', ');

  const caution = h('p', { class: 'caution', role: 'status', hidden: true });
  const fault = h('p', { class: 'fault', role: 'alert', hidden: true });
  const send = /** @type {HTMLButtonElement} */ (h('button', { type: 'submit', class: 'main' }, form.send));
  const later = form.drafts ? h('button', { type: 'button', class: 'quiet', title: 'Only you see it until you publish your drafts',
    on: { click: () => submit(true) } }, 'Save as draft') : null;
  const el = /** @type {HTMLFormElement} */ (h('form', { class: 'composer', 'data-tool': true },
    words ? h('label', { class: 'asks', for: words.id }, 'The words as they should be; none takes the passage out') : null,
    words,
    h('label', { class: words ? 'asks' : 'unseen', for: id }, form.label),
    body,
    kind || who || tags ? h('div', { class: 'choices' }, kind, who, person, tags) : null,
    also,
    caution,
    fault,
    h('div', { class: 'row' },
      send,
      later,
      h('button', { type: 'button', class: 'quiet', on: { click: () => cancel() } }, 'Cancel'),
      h('span', { class: 'hint', id: `${id}-hint` }, 'Markdown', h('span', { class: 'by-key' }, ' · Ctrl+Enter sends')))));

  const chosen = () => who?.value === WITH ? `${WITH}${person?.value ?? ''}` : who?.value ?? form.who?.value ?? '';
  const ticked = () => also?.hidden === false
    ? [...also.querySelectorAll('input')].filter(box => box.checked).map(box => box.value) : [];
  const showAlso = () => {
    const more = form.who?.also?.(chosen()) ?? [];
    also?.toggleAttribute('hidden', more.length === 0);
    also?.replaceChildren(h('legend', null, 'Show it also in'), ...more.map(([value, words]) => {
      const box = /** @type {HTMLInputElement} */ (h('input', { type: 'checkbox', value }));
      box.checked = start.also?.includes(value) ?? false;
      return h('label', { class: 'inline' }, box, h('bdi', null, words));
    }));
  };
  /** Filled when it is first wanted. */
  const askWhom = async () => {
    if (!person || who?.value !== WITH || person.options.length > 1) return;
    const people = await form.who?.people?.() ?? [];
    person.append(...people.map(([value, words]) => h('option', { value }, words)));
    person.value = start.who?.slice(WITH.length) ?? '';
    if (!person.value) person.value = '';
  };
  const showChosen = () => {
    const words = form.who?.cautions?.(chosen()) ?? '';
    caution.textContent = words;
    caution.hidden = words === '';
    // what stays with its writer needs no draft
    later?.toggleAttribute('hidden', chosen() === 'private');
    person?.toggleAttribute('hidden', who?.value !== WITH);
    showAlso();
    askWhom();
  };
  who?.addEventListener('change', showChosen);
  showChosen();

  /** @returns {Writing} */
  const read = () => ({
    body: body.value,
    ...(words && { kind: 'suggestion', replacement: words.value }),
    ...(kind && { kind: kind.value }),
    ...(tags && { tags: tagsOf(tags.value) }),
    ...(form.who && { who: chosen() }),
    ...(also && { also: ticked() }),
  });
  const cancel = () => {
    draft.drop();
    form.onCancel();
  };
  const submit = async (asDraft = false) => {
    if (send.disabled || (!form.mayBeEmpty && body.value.trim() === '')) return body.focus();
    fault.hidden = true;
    if (chosen() === WITH) {
      fault.textContent = 'Choose with whom.';
      fault.hidden = false;
      return person?.focus();
    }
    send.disabled = true;
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
    if (words) fit(words);
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
  requestAnimationFrame(() => {
    fit(body);
    if (words) fit(words);
  });
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
