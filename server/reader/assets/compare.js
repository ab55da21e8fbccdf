// The comparison of readers: where they looked alike, and where only one looked. A list that leads to
// each passage; above it the text in small, a lane for each reader, for those who see it.

import { Problem, request } from './api.js';
import { h } from './dom.js';
import { nameOf } from './entry.js';
import { count, shorten } from './words.js';

/**
 * @typedef {object} Passage
 * @property {number} start
 * @property {number} end
 * @property {string} exact
 * @property {string[]} readers their ids
 * @property {string[]} annotations
 */

/**
 * @typedef {object} Comparison
 * @property {string} revision
 * @property {{ user: any, annotations: number, alike: number, alone: number }[]} readers
 * @property {number} alike
 * @property {number} alone
 * @property {Passage[]} passages
 * @property {boolean} complete
 */

const LANES = 12;

export class Compare {
  /**
   * @param {import('./groups.js').Groups} groups
   * @param {{ document: string, revision: string }} text
   * @param {{ end: () => number, go: (passage: Passage) => void, tell: (words: string) => void }} page
   */
  constructor(groups, text, page) {
    this.groups = groups;
    this.text = text;
    this.page = page;
    /** @type {HTMLDialogElement | null} */
    this.el = null;
  }

  /** @param {string} group */
  async open(group) {
    try {
      const { data } = await request('GET', `/groups/${group}/documents/${this.text.document}/compare`);
      this.show(group, data);
    } catch (why) {
      if (!(why instanceof Problem)) throw why;
      this.page.tell(why.message);
    }
  }

  /** @param {string} group @param {Comparison} found */
  show(group, found) {
    this.el?.remove();
    const names = new Map(found.readers.map(({ user }) => [user.id, nameOf(user)]));
    const alike = found.passages.filter(({ readers }) => readers.length > 1);
    const alone = found.passages.filter(({ readers }) => readers.length === 1);
    this.el = /** @type {HTMLDialogElement} */ (h('dialog', { class: 'compare', 'aria-labelledby': 'compare-title' },
      h('header', null, h('h2', { id: 'compare-title', tabindex: -1, autofocus: true }, 'What each marked: ', h('bdi', null, this.groups.nameOf(group))),
        h('form', { method: 'dialog' }, h('button', { class: 'quiet', 'aria-label': 'Close' }, '✕'))),
      h('p', { class: 'hint' }, found.readers.length
        ? `${count(found.readers.length, 'reader')} · ${count(found.alike, 'passage')} that several marked · ${count(found.alone, 'passage')} that one alone marked`
        : 'Nobody has marked a passage yet.'),
      found.readers.length ? this.lanes(found) : null,
      ...this.part('Where we looked alike', 'No passage was marked by more than one.', alike, names),
      ...this.part('Where only one looked', 'No passage was marked by one alone.', alone, names),
      found.complete ? null : h('p', { class: 'hint' }, 'There are more passages than can be listed here; these are the first.'),
      found.revision === this.text.revision ? null : h('p', { class: 'hint' }, 'The text has a new revision: load the page again to go to these places.')));
    this.el.addEventListener('click', event => event.target === this.el && this.el?.close());
    document.body.append(this.el);
    this.el.showModal();
  }

  /** @param {string} title @param {string} none @param {Passage[]} passages @param {Map<string, string>} names */
  part(title, none, passages, names) {
    return [h('h3', null, title), passages.length === 0 ? h('p', { class: 'hint' }, none)
      : h('ol', null, ...passages.map(passage => this.row(passage, names)))];
  }

  /** @param {Passage} passage @param {Map<string, string>} names */
  row(passage, names) {
    const who = passage.readers.map(id => names.get(id) ?? 'Somebody').join(', ');
    return h('li', null, h('button', { type: 'button', on: { click: () => this.go(passage) } },
      h('q', { dir: 'auto' }, shorten(passage.exact, 160)),
      h('span', { class: 'who' }, h('bdi', null, who), passage.annotations.length > passage.readers.length ? ` · ${count(passage.annotations.length, 'note')}` : '')));
  }

  /** @param {Passage} passage */
  go(passage) {
    this.el?.close();
    this.page.go(passage);
  }

  /** Everybody's marks along the text; the lists below say the same in words. @param {Comparison} found */
  lanes({ readers, passages }) {
    const end = Math.max(1, this.page.end());
    const shown = readers.slice(0, LANES);
    return h('div', { class: 'lanes', 'aria-hidden': 'true' }, ...shown.flatMap(({ user }) => {
      const lane = h('div', { class: 'lane' });
      for (const passage of passages.filter(one => one.readers.includes(user.id))) {
        const mark = h('i', { class: passage.readers.length > 1 ? 'alike' : 'alone' });
        mark.style.setProperty('inset-inline-start', `${100 * passage.start / end}%`);
        mark.style.setProperty('inline-size', `max(4px, ${100 * (passage.end - passage.start) / end}%)`);
        lane.append(mark);
      }
      return [h('span', { dir: 'auto' }, nameOf(user)), lane];
    }), readers.length > LANES ? h('span', { class: 'rest' }, `and ${readers.length - LANES} more`) : null);
  }
}
