// The group switcher: a button that says whose notes are shown, and the ticks behind it.

import { find, h, say } from './dom.js';
import { PRIVATE } from './groups.js';

export class Switcher {
  /**
   * @param {import('./groups.js').Groups} groups
   * @param {{ back: () => void }} page
   */
  constructor(groups, page) {
    this.groups = groups;
    this.page = page;
    /** @type {Element | null} */
    this.opener = null;
    this.words = h('span', { class: 'roomy' });
    this.button = h('button', { type: 'button', id: 'groups-button', class: 'quiet', 'aria-expanded': 'false', 'aria-controls': 'groups',
      on: { click: () => this.form.hidden ? this.open() : this.close() } }, this.words, h('span', { class: 'cramped', 'aria-hidden': 'true' }, 'Groups'));
    this.boxes = h('div', { class: 'boxes' });
    this.form = h('form', { id: 'groups', class: 'filter groups', 'aria-label': 'Whose notes are shown', hidden: true },
      h('fieldset', null, h('legend', null, 'Notes of'), this.boxes),
      h('div', { class: 'row' },
        h('button', { type: 'submit', class: 'main' }, 'Close'),
        h('button', { type: 'button', class: 'quiet', on: { click: () => this.all() } }, 'Show all')));
    find('#filter-button')?.before(this.button);
    this.button.after(this.form);
    this.listen();
    this.show();
  }

  listen() {
    this.form.addEventListener('submit', event => {
      event.preventDefault();
      this.close();
    });
    this.form.addEventListener('keydown', event => {
      if (event.key !== 'Escape' || event.isComposing) return;
      event.preventDefault();
      event.stopPropagation();
      this.close();
    });
    document.addEventListener('click', event => {
      if (!this.form.hidden && event.target instanceof Node && event.target.isConnected
        && !this.form.contains(event.target) && !this.button.contains(event.target)) this.close(false);
    });
    this.groups.addEventListener('change', () => this.show());
    this.groups.addEventListener('learn', () => this.show());
  }

  open() {
    if (!this.groups.isChoosable) return say('All notes here are of one group');
    this.opener = document.activeElement;
    this.form.hidden = false;
    this.button.setAttribute('aria-expanded', 'true');
    find('input', this.form)?.focus();
  }

  /** @param {boolean} [back] with the focus to where it came from */
  close(back = true) {
    this.form.hidden = true;
    this.button.setAttribute('aria-expanded', 'false');
    if (back && this.opener === this.button) this.button.focus();
    else if (back) this.page.back();
  }

  all() {
    this.groups.show(null);
    say(this.inWords());
  }

  inWords() {
    const { groups } = this;
    const names = groups.choices().filter(({ id }) => groups.isTicked(id)).map(({ id }) => groups.nameOf(id));
    if (groups.isTicked(PRIVATE) && groups.me) names.push('only me');
    return groups.ticked === null ? 'The notes of all groups are shown' : `Shown: ${names.join(', ')}`;
  }

  show() {
    const { groups } = this;
    this.button.hidden = !groups.isChoosable;
    const choices = groups.choices();
    const on = choices.filter(({ id }) => groups.isTicked(id));
    this.words.textContent = on.length === choices.length && choices.length > 1 ? 'All groups'
      : on.length === 1 ? groups.nameOf(on[0].id) : on.length === 0 ? 'Only me' : `${on.length} of ${choices.length} groups`;
    this.button.setAttribute('aria-label', `Groups: ${this.words.textContent}`);
    this.button.classList.toggle('partly', groups.ticked !== null);
    const had = /** @type {HTMLInputElement | null} */ (document.activeElement)?.value;
    const within = this.boxes.contains(document.activeElement);
    this.boxes.replaceChildren(
      ...choices.map(group => this.box(group.id, badge(groups, group.id), groups.nameOf(group.id))),
      ...(groups.me ? [this.box(PRIVATE, null, 'Only me')] : []));
    if (within) /** @type {HTMLElement | null} */ (this.boxes.querySelector(`[value="${CSS.escape(had ?? '')}"]`))?.focus();
  }

  /** @param {string} id @param {HTMLElement | null} sign @param {string} words */
  box(id, sign, words) {
    const on = /** @type {HTMLInputElement} */ (h('input', { type: 'checkbox', value: id }));
    on.checked = this.groups.isTicked(id);
    on.addEventListener('change', () => {
      this.groups.tick(id, on.checked);
      say(this.inWords());
    });
    return h('label', { class: 'inline' }, on, sign, h('bdi', null, words));
  }
}

/** A group's sign, for who sees colours and for who does not. @param {import('./groups.js').Groups} groups @param {string} id */
export function badge(groups, id) {
  const { tone, letter } = groups.signOf(id);
  return h('span', { class: `badge tone-${tone}`, 'aria-hidden': 'true' }, letter);
}
