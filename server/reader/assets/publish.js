// Drafts of one's own on this text: how many, and publishing them together. All of them become
// visible or none does; what stands against it is said of each.

import { Problem, newKey, request } from './api.js';
import { find, h, say } from './dom.js';
import { count, shorten } from './words.js';

/** @typedef {import('./store.js').Annotation} Annotation */

const AT_ONCE = 200;

export class Drafts {
  /**
   * @param {import('./store.js').Store} store
   * @param {{ open: (id: string) => void }} page
   */
  constructor(store, page) {
    this.store = store;
    this.page = page;
    this.words = h('span');
    this.button = /** @type {HTMLButtonElement} */ (h('button', { type: 'button', class: 'chip', on: { click: () => this.publish() } }));
    this.faults = h('div', { role: 'alert' });
    this.el = h('section', { id: 'drafts', class: 'filtered', 'aria-label': 'Your drafts', hidden: true },
      h('p', null, this.words, ' ', this.button), this.faults);
    find('#reader')?.before(this.el);
    store.addEventListener('change', () => this.show());
  }

  /** @returns {Annotation[]} */
  mine() {
    const { me } = this.store.page;
    return [...this.store.annotations.values()].filter(one => one.draft && !one.deleted && one.author?.id === me).slice(0, AT_ONCE);
  }

  show() {
    const n = this.mine().length;
    this.el.hidden = n === 0;
    this.words.textContent = `${count(n, 'draft')}, only you see ${n === 1 ? 'it' : 'them'}`;
    this.button.textContent = n === 1 ? 'Publish' : 'Publish together';
    if (n === 0) this.faults.replaceChildren();
  }

  async publish() {
    const drafts = this.mine();
    this.button.disabled = true;
    this.faults.replaceChildren();
    try {
      const { data } = await request('POST', '/drafts/publish', { json: { ids: drafts.map(({ id }) => id) }, key: newKey() });
      this.store.merge(data.published);
      say(`Published: ${count(data.published.length, 'note')}`);
      find('#text')?.focus({ preventScroll: true });
    } catch (why) {
      if (!(why instanceof Problem)) throw why;
      this.refused(why, drafts);
    } finally {
      this.button.disabled = false;
    }
  }

  /** @param {Problem} why @param {Annotation[]} drafts */
  refused(why, drafts) {
    /** @type {{ pointer?: string, detail?: string }[]} */
    const errors = why.problem.errors ?? [];
    const rows = errors.flatMap(({ pointer, detail }) => {
      const one = drafts[Number(/\d+$/.exec(pointer ?? '')?.[0] ?? -1)];
      if (!one) return [];
      const words = shorten(one.body?.trim() || one.quote?.exact || 'a note', 50);
      return [h('li', null, h('button', { type: 'button', class: 'quiet', on: { click: () => this.page.open(one.id) } }, h('q', { dir: 'auto' }, words)), ` ${detail ?? ''}`)];
    });
    this.faults.replaceChildren(h('p', { class: 'fault' }, rows.length ? 'None was published, because of:' : why.message),
      ...(rows.length ? [h('ul', null, ...rows)] : []));
  }
}
