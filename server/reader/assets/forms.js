// Forms that talk to the API: one deed at a time, and the answer's words beside the form.

import { Problem } from './api.js';

/**
 * @param {string} selector of a form with a `.fault` paragraph
 * @param {(fields: FormData, form: HTMLFormElement) => Promise<void>} send
 */
export function onSubmit(selector, send) {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector(selector));
  form?.addEventListener('submit', async event => {
    event.preventDefault();
    const buttons = [...form.querySelectorAll('button')];
    showFault(form, '');
    for (const button of buttons) button.disabled = true;
    try {
      await send(new FormData(form), form);
    } catch (why) {
      if (!(why instanceof Problem)) throw why;
      showFault(form, why.message);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  });
}

/** @param {HTMLFormElement} form @param {string} words */
export function showFault(form, words) {
  const fault = /** @type {HTMLElement | null} */ (form.querySelector('.fault'));
  if (!fault) return;
  fault.textContent = words;
  fault.hidden = words === '';
}

/** A text from a form, trimmed. @param {FormData} fields @param {string} name */
export function field(fields, name) {
  return String(fields.get(name) ?? '').trim();
}

/** Where the page may send its reader next: only to a path of this server. @param {string | null} path */
export function nextPath(path) {
  return path && /^\/[^/\\]/.test(path) ? path : '/';
}

/** Buttons that copy the text of the element that they name. */
export function copyButtons() {
  document.addEventListener('click', async event => {
    const button = event.target instanceof Element ? event.target.closest('[data-copy]') : null;
    const from = button && document.getElementById(button.getAttribute('data-copy') ?? '');
    if (!button || !from) return;
    const text = from instanceof HTMLInputElement ? from.value : from.textContent ?? '';
    try {
      await navigator.clipboard.writeText(text.trim());
      button.textContent = 'Copied';
    } catch {
      if (from instanceof HTMLInputElement) from.select();
      else document.getSelection()?.selectAllChildren(from);
      button.textContent = 'Selected: press Ctrl+C';
    }
  });
}
