// Buttons, menus and questions that scripts make: each does one deed, and what goes wrong is said
// beside it.

import { Problem } from './api.js';
import { find, h } from './dom.js';

/** @typedef {() => Promise<unknown>} Deed */

/**
 * @param {string} words
 * @param {Deed} deed
 * @param {Record<string, any>} [props]
 */
export function act(words, deed, props) {
  const button = h('button', { type: 'button', ...props }, words);
  button.addEventListener('click', () => attempt(button, deed));
  return button;
}

/** Elements whose deed is under way: no second one begins. @type {WeakSet<Element>} */
const busy = new WeakSet();

/**
 * Does it, unless it is being done already. (An element that is disabled would lose the focus.)
 *
 * @param {Element} from
 * @param {Deed} deed
 */
export async function attempt(from, deed) {
  if (busy.has(from) || from.getAttribute('aria-disabled') === 'true') return;
  busy.add(from);
  tell(from, '');
  try {
    await deed();
  } catch (why) {
    if (!(why instanceof Problem)) throw why;
    tell(from, why.message);
  } finally {
    busy.delete(from);
  }
}

/** In the fault of the nearest form, row or section, which is made if need be. @param {Element} from @param {string} words */
function tell(from, words) {
  const around = from.closest('form, li, section, main') ?? document.body;
  const scope = from.closest('details.menu')?.closest('li') ?? around;
  let fault = find(':scope > .fault', scope);
  if (!fault && !words) return;
  if (!fault) {
    fault = h('p', { class: 'fault', role: 'alert' });
    scope.append(fault);
  }
  fault.textContent = words;
  fault.hidden = words === '';
}

/**
 * A form whose deed gets its fields.
 *
 * @param {(fields: FormData, form: HTMLFormElement) => Promise<unknown>} send
 * @param {Record<string, any>} props
 * @param {...import('./dom.js').Child} children
 */
export function formOf(send, props, ...children) {
  const form = /** @type {HTMLFormElement} */ (h('form', props, ...children));
  form.append(h('p', { class: 'fault', role: 'alert', hidden: true }));
  const last = form.querySelector('button.main');
  if (last) form.append(last);
  form.addEventListener('submit', event => {
    event.preventDefault();
    attempt(form, () => send(new FormData(form), form));
  });
  return form;
}

/**
 * A field with its label, which says what it is for.
 *
 * @param {string} label
 * @param {HTMLElement} input
 * @param {string} [note]
 */
export function labelled(label, input, note) {
  return h('label', null, label, input, note && h('span', { class: 'note' }, note));
}

/**
 * @param {string} name
 * @param {[value: string, words: string][]} options
 * @param {string} [chosen]
 * @param {Record<string, any>} [props]
 */
export function select(name, options, chosen, props) {
  return h('select', { name, ...props }, ...options.map(([value, words]) =>
    h('option', { value, selected: value === chosen }, words)));
}

/**
 * One of several, each with a line that says what it means.
 *
 * @param {string} legend
 * @param {string} name
 * @param {[value: string, words: string, note?: string][]} options
 * @param {string} chosen
 */
export function choices(legend, name, options, chosen) {
  return h('fieldset', null, h('legend', null, legend), ...options.map(([value, words, note]) =>
    h('label', { class: 'inline choice' }, h('input', { type: 'radio', name, value, checked: value === chosen }),
      h('span', null, words, note && h('span', { class: 'note' }, note)))));
}

/**
 * @param {string} name
 * @param {string} words
 * @param {boolean} checked
 * @param {string} [note]
 */
export function tick(name, words, checked, note) {
  return h('label', { class: 'inline choice' }, h('input', { type: 'checkbox', name, checked }),
    h('span', null, words, note && h('span', { class: 'note' }, note)));
}

/**
 * What may be done with one thing of a list, behind one button.
 *
 * @param {string} about whose menu it is, for who does not see where it stands
 * @param {(HTMLElement | null | false | undefined)[]} deeds
 * @param {string} [key] by which the focus finds back to it
 */
export function menu(about, deeds, key) {
  const items = deeds.filter(deed => deed instanceof HTMLElement);
  if (items.length === 0) return null;
  const summary = h('summary', { 'aria-label': about, 'data-key': key }, 'More');
  const details = h('details', { class: 'menu' }, summary, h('ul', null, ...items.map(item => h('li', null, /** @type {HTMLElement} */ (item)))));
  for (const item of items) item.addEventListener('click', () => {
    summary.focus();
    details.removeAttribute('open');
  });
  return details;
}

document.addEventListener('click', event => {
  for (const open of document.querySelectorAll('details.menu[open]'))
    if (!(event.target instanceof Node && open.contains(event.target))) open.removeAttribute('open');
});
document.addEventListener('keydown', event => {
  const open = event.key === 'Escape' && find('details.menu[open]');
  if (!open) return;
  open.removeAttribute('open');
  find('summary', open)?.focus();
});

/**
 * Asks in a dialog. Null: never mind.
 *
 * @param {string} title
 * @param {string} yes what the button says
 * @param {...import('./dom.js').Child} children
 * @returns {Promise<FormData | null>}
 */
export function ask(title, yes, ...children) {
  return new Promise(answer => {
    /** @type {FormData | null} */
    let given = null;
    const form = h('form', { class: 'fields', method: 'dialog' }, ...children,
      h('div', { class: 'row' }, h('button', { type: 'submit', class: 'main' }, yes),
        h('button', { type: 'button', class: 'quiet', on: { click: () => dialog.close() } }, 'Never mind')));
    const dialog = /** @type {HTMLDialogElement} */ (h('dialog', { class: 'ask', 'aria-labelledby': 'ask-title' },
      h('h2', { id: 'ask-title' }, title), form));
    form.addEventListener('submit', () => {
      given = new FormData(/** @type {HTMLFormElement} */ (form));
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      answer(given);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/**
 * Shows something in a dialog, with a button that closes it.
 *
 * @param {string} title
 * @param {...import('./dom.js').Child} children
 * @returns {HTMLDialogElement}
 */
export function showDialog(title, ...children) {
  const dialog = /** @type {HTMLDialogElement} */ (h('dialog', { class: 'ask', 'aria-labelledby': 'ask-title' },
    h('h2', { id: 'ask-title' }, title), ...children,
    h('div', { class: 'row' }, h('button', { type: 'button', class: 'quiet', on: { click: () => dialog.close() } }, 'Close'))));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
