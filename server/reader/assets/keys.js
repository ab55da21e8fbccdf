// Keys for those who do not use a mouse. Those that type a character can be switched off, and each
// can be another one (WCAG 2.1.4); both are kept in the browser.

import { h } from './dom.js';
import { remember, remembered } from './theme.js';

const OFF = 'gloss:keys-off';
const CHANGED = 'gloss:keys';

/**
 * @typedef {object} Key
 * @property {string} name under which another key is kept
 * @property {string} key as in KeyboardEvent
 * @property {string} words
 * @property {() => void} deed
 * @property {(at: Element | null) => boolean} [when] asked with what has the focus
 */

/** @param {Key[]} deeds @param {() => HTMLElement[]} [choices] what else can be chosen on the sheet */
export function listenForKeys(deeds, choices = () => []) {
  const keys = new Keys(deeds, choices);
  document.addEventListener('keydown', event => keys.pressed(event));
  for (const button of document.querySelectorAll('[data-keys-button]'))
    button.addEventListener('click', () => keys.show());
}

/** Does typing there mean letters? @param {EventTarget | null} target */
export function isField(target) {
  return target instanceof HTMLElement && (target.isContentEditable
    || (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(checkbox|radio|button)$/.test(target.getAttribute('type') ?? '')));
}

class Keys {
  /** @param {Key[]} deeds @param {() => HTMLElement[]} choices */
  constructor(deeds, choices) {
    this.choices = choices;
    this.deeds = [...deeds, { name: 'keys', key: '?', words: 'this sheet', deed: () => this.show() }];
    /** @type {Record<string, string>} the name of a deed → its key */
    this.changed = kept();
    /** @type {HTMLDialogElement | null} */
    this.sheet = null;
  }

  /** @param {Key} deed */
  keyOf(deed) {
    return this.changed[deed.name] ?? deed.key;
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (isField(event.target) || document.querySelector('dialog[open]:not(.sheet)')) return;
    if (isCharacter(event.key) && remembered(OFF)) return;
    const found = this.deeds.find(deed => this.keyOf(deed) === event.key
      && (deed.when?.(document.activeElement) ?? true));
    if (!found) return;
    event.preventDefault();
    found.deed();
  }

  show() {
    this.sheet?.remove();
    this.sheet = this.made();
    document.body.append(this.sheet);
    this.sheet.showModal();
  }

  made() {
    const on = /** @type {HTMLInputElement} */ (h('input', { type: 'checkbox' }));
    on.checked = remembered(OFF) === null;
    on.addEventListener('change', () => remember(OFF, on.checked ? null : '1'));
    const fault = h('p', { class: 'fault', role: 'alert', hidden: true });
    const again = h('button', { type: 'button', class: 'quiet', on: { click: () => this.reset() } }, 'As they were');
    return /** @type {HTMLDialogElement} */ (h('dialog', { class: 'keys', 'aria-labelledby': 'keys-title' },
      h('form', { method: 'dialog' },
        h('h2', { id: 'keys-title', tabindex: -1, autofocus: true }, 'Keys'),
        h('dl', null, ...this.deeds.flatMap(deed =>
          [h('dt', null, this.cap(deed, fault)), h('dd', null, deed.words)])),
        fault,
        h('p', { class: 'hint' }, 'Type another character into a key to change it.'),
        h('label', { class: 'inline' }, on, 'Single characters are keys'),
        ...this.choices(),
        h('div', { class: 'row' }, h('button', { class: 'main' }, 'Close'), again))));
  }

  /** A key as it is shown, and where it can be another one. @param {Key} deed @param {HTMLElement} fault */
  cap(deed, fault) {
    const key = this.keyOf(deed);
    if (!isCharacter(deed.key)) return h('kbd', null, key === 'Escape' ? 'Esc' : key);
    const cap = /** @type {HTMLInputElement} */ (h('input', { type: 'text', class: 'cap', 'aria-label': `Key for: ${deed.words}`,
      autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false' }));
    cap.value = key;
    cap.addEventListener('focus', () => cap.select());
    cap.addEventListener('input', () => {
      const typed = [...cap.value.trim()].at(-1);
      if (!typed) return;
      const words = this.change(deed, typed);
      fault.textContent = words;
      fault.hidden = words === '';
      cap.value = this.keyOf(deed);
      cap.select();
    });
    cap.addEventListener('blur', () => {
      cap.value = this.keyOf(deed);
    });
    return cap;
  }

  /** @param {Key} deed @param {string} key @returns {string} what stands against it, or nothing */
  change(deed, key) {
    const other = this.deeds.find(one => one !== deed && this.keyOf(one) === key);
    if (other) return `“${key}” is already: ${other.words}.`;
    if (key === deed.key) delete this.changed[deed.name];
    else this.changed[deed.name] = key;
    remember(CHANGED, JSON.stringify(this.changed));
    return '';
  }

  reset() {
    this.changed = {};
    remember(CHANGED, null);
    this.show();
  }
}

/** @param {string} key as in KeyboardEvent */
function isCharacter(key) {
  return [...key].length === 1;
}

/** @returns {Record<string, string>} */
function kept() {
  try {
    const found = JSON.parse(remembered(CHANGED) ?? '{}');
    return Object.fromEntries(Object.entries(found).filter(([, key]) => typeof key === 'string' && isCharacter(key)));
  } catch {
    return {};
  }
}
