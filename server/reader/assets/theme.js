// Light, dark, or as the system has it.

const NEXT = { auto: 'light', light: 'dark', dark: 'auto' };
const SIGNS = { auto: '◐', light: '☀', dark: '☾' };
const KEY = 'gloss:theme';

/** @typedef {'auto' | 'light' | 'dark'} Theme */

/** @returns {Theme} */
function saved() {
  const theme = remembered(KEY);
  return theme === 'light' || theme === 'dark' ? theme : 'auto';
}

/** @param {Theme} theme */
function show(theme) {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const button of document.querySelectorAll('[data-theme-button]')) {
    button.textContent = SIGNS[theme];
    button.setAttribute('aria-label', `Colours: ${theme === 'auto' ? 'as the system' : theme}. Change`);
    button.setAttribute('title', `Colours: ${theme === 'auto' ? 'as the system' : theme}`);
  }
}

/** Where a browser keeps nothing, nothing is remembered. @param {string} key */
export function remembered(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string | null} value */
export function remember(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // a private window: it lasts as long as the page
  }
}

document.documentElement.classList.add('js');
show(saved());
addEventListener('DOMContentLoaded', () => show(saved()));
document.addEventListener('click', event => {
  if (!(event.target instanceof Element) || !event.target.closest('[data-theme-button]')) return;
  const theme = /** @type {Theme} */ (NEXT[saved()]);
  remember(KEY, theme === 'auto' ? null : theme);
  show(theme);
});
