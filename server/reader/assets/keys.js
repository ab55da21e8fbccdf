// Single letters for those who do not use a mouse. They can be switched off (WCAG 2.1.4).

import { h } from './dom.js';
import { remember, remembered } from './theme.js';

const OFF = 'gloss:keys-off';

/** @typedef {{ key: string, words: string, deed: () => void }} Key */

/** @param {Key[]} keys */
export function listenForKeys(keys) {
  const sheet = sheetOf(keys);
  document.body.append(sheet);
  const all = [...keys, { key: '?', words: '', deed: () => sheet.showModal() }];

  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isField(event.target)) return;
    if (event.key.length === 1 && event.key !== '?' && remembered(OFF)) return;
    const found = all.find(({ key }) => key === event.key);
    if (!found || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    found.deed();
  });
  for (const button of document.querySelectorAll('[data-keys-button]'))
    button.addEventListener('click', () => sheet.showModal());
}

/** @param {Key[]} keys @returns {HTMLDialogElement} */
function sheetOf(keys) {
  const off = /** @type {HTMLInputElement} */ (h('input', { type: 'checkbox' }));
  off.checked = remembered(OFF) === null;
  off.addEventListener('change', () => remember(OFF, off.checked ? null : '1'));
  return /** @type {HTMLDialogElement} */ (h('dialog', { class: 'keys', 'aria-label': 'Keys' },
    h('form', { method: 'dialog' },
      h('h2', null, 'Keys'),
      h('dl', null, ...keys.filter(({ words }) => words).flatMap(({ key, words }) =>
        [h('dt', null, h('kbd', null, key === 'Escape' ? 'Esc' : key)), h('dd', null, words)])),
      h('label', null, off, ' Single letters are keys'),
      h('div', { class: 'row' }, h('button', { class: 'main' }, 'Close')))));
}

/** @param {EventTarget | null} target */
function isField(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
