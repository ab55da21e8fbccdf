// Notes whose passage is not in the text that is shown: a section of their own below it, each row
// with its words and the way to where they stood. Their cards stand beside the rows.

import { arrange, find, h } from './dom.js';
import { shorten } from './words.js';

/** @typedef {import('./store.js').Thread} Thread */

export class Lost {
  /** @param {{ isThen: boolean, open: (id: string) => void, newer: () => boolean }} page newer: the text is older than what is known of it */
  constructor(page) {
    this.page = page;
    /** @type {Map<string, HTMLElement>} */
    this.rows = new Map();
    this.title = h('h2', { id: 'lost-title' });
    this.list = h('ul');
    this.el = h('section', { id: 'lost', class: 'lost', dir: 'ltr', 'aria-labelledby': 'lost-title', hidden: true }, this.title, this.list);
    find('#text')?.append(this.el);
  }

  /** @param {Thread[]} threads all */
  show(threads) {
    const lost = threads.filter(thread => thread.isLost);
    this.el.hidden = lost.length === 0;
    this.title.textContent = this.page.isThen ? 'Not in this revision' : this.page.newer() ? 'Not in the text that you see' : 'No longer in the text';
    const here = new Set(lost.map(({ id }) => id));
    for (const id of this.rows.keys()) if (!here.has(id)) this.rows.delete(id);
    arrange(this.list, lost.map(thread => this.row(thread)));
  }

  /** @param {Thread} thread */
  row({ id, root }) {
    const known = this.rows.get(id);
    if (known) return known;
    const words = shorten(root.quote?.exact ?? '', 160);
    const made = h('li', { data: { id } },
      h('button', { type: 'button', class: 'quiet', 'aria-details': `t-${id}`, on: { click: () => this.page.open(id) } }, h('q', { dir: 'auto' }, words)),
      this.page.isThen ? null : h('a', { href: `/n/${id}`, 'aria-label': `Where it stood: ${shorten(words, 40)}` }, 'where it stood'));
    this.rows.set(id, made);
    return made;
  }

  /** In pixels below the top of `body`; null: it has no row. @param {string} id @param {HTMLElement} body */
  placeOf(id, body) {
    const row = this.rows.get(id);
    return row?.isConnected && !this.el.hidden ? row.getBoundingClientRect().top - body.getBoundingClientRect().top : null;
  }
}
