// The parts of a group's page. The address says which one is shown (#members), so that each can be
// linked to and the way back works; without scripts they stand below one another.

import { find, h } from './dom.js';

/**
 * @typedef {object} Content
 * @property {import('./dom.js').Child[]} children
 * @property {number | string | null} [count] what waits, or how many there are
 */

/**
 * @typedef {object} Part
 * @property {HTMLElement} section
 * @property {HTMLElement} body
 * @property {HTMLElement} link
 * @property {HTMLElement} number
 * @property {() => Promise<Content>} fill
 */

export class Parts {
  /** @param {HTMLElement} main */
  constructor(main) {
    this.main = main;
    this.nav = /** @type {HTMLElement} */ (find('nav.parts'));
    this.list = /** @type {HTMLElement} */ (find('ul', this.nav));
    /** @type {Map<string, Part>} */
    this.parts = new Map();
    addEventListener('hashchange', () => this.show(true));
  }

  /**
   * @param {string} id
   * @param {string} title
   * @param {() => Promise<Content>} fill
   */
  add(id, title, fill) {
    const section = find(`#${id}`) ?? h('section', { id, class: 'part' }, h('h2', { tabindex: -1 }, title));
    const number = h('span', { class: 'count' });
    const link = h('a', { href: `#${id}` }, title, number);
    const body = find(':scope > .fill', section) ?? h('div', { class: 'fill' });
    section.append(body);
    if (!section.isConnected) this.main.append(section);
    this.list.append(h('li', null, link));
    this.parts.set(id, { section, body, link, number, fill });
  }

  /** All of them, for the first time. */
  async begin() {
    this.nav.hidden = this.parts.size < 2;
    this.show(false);
    await Promise.all([...this.parts.keys()].map(id => this.refresh(id)));
  }

  /** Reads one anew. The focus stays where it was, or goes to the part's title. @param {string} id */
  async refresh(id) {
    const part = this.parts.get(id);
    if (!part) return;
    const { children, count = null } = await part.fill();
    const focused = part.body.contains(document.activeElement) ? document.activeElement : null;
    const key = focused?.getAttribute('data-key');
    part.body.replaceChildren(...children.filter(child => child != null && child !== false));
    part.number.textContent = count ? ` ${count}` : '';
    if (focused) (key && find(`[data-key="${CSS.escape(key)}"]`, part.body) || title(part)).focus();
  }

  /** Those in which nobody is writing, once more. */
  async again() {
    if (find('dialog[open]')) return;
    const quiet = [...this.parts].filter(([, { body }]) => !fieldsOf(body).some(isTouched));
    await Promise.all(quiet.map(([id]) => this.refresh(id)));
  }

  /** Is somebody writing in one of them? */
  isTouched() {
    return find('dialog[open]') !== null || fieldsOf(this.main).some(isTouched);
  }

  /** @param {boolean} moved by the reader: the focus goes along */
  show(moved) {
    const wanted = this.parts.get(location.hash.slice(1)) ?? [...this.parts.values()][0];
    for (const part of this.parts.values()) {
      part.section.hidden = part !== wanted;
      if (part === wanted) part.link.setAttribute('aria-current', 'true');
      else part.link.removeAttribute('aria-current');
    }
    if (moved && wanted) title(wanted).focus({ preventScroll: true });
  }
}

/** @param {Element} within */
const fieldsOf = within => [...within.querySelectorAll('input, textarea, select')];

/** @param {Element} field */
function isTouched(field) {
  if (field === document.activeElement) return true;
  if (field instanceof HTMLSelectElement) return field.value !== ([...field.options].find(one => one.defaultSelected) ?? field.options[0])?.value;
  if (field instanceof HTMLInputElement && /^(checkbox|radio)$/.test(field.type)) return field.checked !== field.defaultChecked;
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value !== field.defaultValue : false;
}

/** @param {Part} part */
function title(part) {
  return /** @type {HTMLElement} */ (find('h2', part.section));
}
