// The filter: which notes are shown. Whatever is chosen is said beside it with how many it hides, and
// one press takes it back.

import { find, h, say } from './dom.js';
import { nameOf } from './entry.js';
import { ANYTHING, sift, stateOf } from './sift.js';
import { KINDS, count } from './words.js';

/** @typedef {import('./store.js').Annotation} Annotation */
/** @typedef {import('./store.js').Thread} Thread */
/** @typedef {keyof import('./sift.js').Wanted} Facet */

/** @type {Record<string, string>} */
const STATES = {
  new: 'new since you opened the page',
  exact: 'where they were written',
  moved: 'moved with their words',
  changed: 'their words were edited',
  ambiguous: 'the place is not certain',
  gone: 'no longer in the text',
};
const SAID_MS = 600;

export class Filter {
  /**
   * @param {import('./store.js').Store} store
   * @param {{ changed: () => void, back: () => void }} page
   */
  constructor(store, page) {
    this.store = store;
    this.page = page;
    this.wanted = { ...ANYTHING };
    this.hidden = 0;
    /** @type {{ threads: Thread[], asked: string, shown: Thread[], hidden: number } | null} the last answer */
    this.sifted = null;
    /** @type {Element | null} */
    this.opener = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.saying = undefined;
    /** @type {Record<string, HTMLSelectElement>} */
    this.fields = {};
    this.words = /** @type {HTMLInputElement} */ (h('input', { type: 'search', name: 'words', autocomplete: 'off', dir: 'auto' }));
    this.result = h('p', { class: 'result' });
    this.form = this.made();
    this.summary = h('section', { id: 'filtered', class: 'filtered', 'aria-label': 'The filter', hidden: true });
    this.button = find('#filter-button');
    this.button?.addEventListener('click', () => this.form.hidden ? this.open() : this.close());
    this.button?.after(this.form);
    find('.top')?.after(this.summary);
    document.addEventListener('click', event => {
      if (!this.form.hidden && event.target instanceof Node && event.target.isConnected
        && !this.form.contains(event.target) && !this.button?.contains(event.target)) this.close(false);
    });
  }

  made() {
    const field = (/** @type {Facet} */ name, /** @type {string} */ words) => {
      const select = /** @type {HTMLSelectElement} */ (h('select', { name }));
      this.fields[name] = select;
      select.addEventListener('change', () => this.want(name, select.value));
      return h('label', null, words, select);
    };
    this.words.addEventListener('input', () => this.want('words', this.words.value));
    const form = h('form', { id: 'filter', class: 'filter', 'aria-label': 'Filter the notes', hidden: true },
      h('label', null, 'Words in the notes', this.words),
      field('author', 'By'), field('kind', 'Kind'), field('tag', 'Tag'), field('state', 'State'),
      this.result,
      h('div', { class: 'row' },
        h('button', { type: 'submit', class: 'main' }, 'Close'),
        h('button', { type: 'button', class: 'quiet', on: { click: () => this.clear() } }, 'Show all')));
    form.addEventListener('submit', event => {
      event.preventDefault();
      this.close();
    });
    form.addEventListener('keydown', event => {
      if (event.key !== 'Escape' || event.isComposing) return;
      event.preventDefault();
      this.close();
    });
    return form;
  }

  // -- what is chosen -----------------------------------------------------------------------------

  /** @param {Facet} facet @param {string} value */
  want(facet, value) {
    this.wanted[facet] = value;
    this.page.changed();
    clearTimeout(this.saying);
    this.saying = setTimeout(() => say(this.inWords()), SAID_MS);
  }

  clear() {
    this.wanted = { ...ANYTHING };
    this.words.value = '';
    this.page.changed();
    this.offer();
    say('All notes are shown');
  }

  /** Those of the threads that are shown. @param {Thread[]} threads @returns {Thread[]} */
  sift(threads) {
    const asked = JSON.stringify([this.wanted, this.store.fresh.size]);
    if (this.sifted?.threads !== threads || this.sifted.asked !== asked)
      this.sifted = { ...sift(threads, this.wanted, this.store.fresh), threads, asked };
    this.hidden = this.sifted.hidden;
    this.tell();
    return this.sifted.shown;
  }

  inWords() {
    const { length } = this.store.threads();
    return `${length - this.hidden} of ${count(length, 'note')} shown${this.hidden ? `, ${this.hidden} hidden` : ''}`;
  }

  /** What the filter does, beside it and above the text. */
  tell() {
    const chosen = /** @type {[Facet, string][]} */ (Object.entries(this.wanted)).filter(([, value]) => value.trim() !== '');
    this.result.textContent = this.inWords();
    const none = find('#no-notes');
    if (none) none.textContent = chosen.length ? 'No note is like that.' : 'Nothing here yet. Select a passage to write about it.';
    this.button?.replaceChildren('Filter', ...(chosen.length ? [` · ${this.hidden}`, h('span', { class: 'roomy' }, ' hidden')] : []));
    const sign = JSON.stringify([chosen, this.hidden]);
    if (this.summary.dataset.sign === sign) return;
    this.summary.dataset.sign = sign;
    this.summary.hidden = chosen.length === 0;
    this.summary.replaceChildren(`${count(this.hidden, 'note')} hidden. Shown: `,
      ...chosen.map(([facet, value]) => this.chip(facet, value)),
      h('button', { type: 'button', class: 'quiet', on: { click: () => this.clear() } }, 'Show all'));
  }

  /** One choice, and the way back from it. @param {Facet} facet @param {string} value */
  chip(facet, value) {
    const words = facet === 'words' ? `“${value.trim()}”` : this.nameOf(facet, value);
    return h('button', { type: 'button', class: 'chip', 'aria-label': `${words}: no longer`, on: { click: () => {
      if (facet === 'words') this.words.value = '';
      this.want(facet, '');
      this.offer();
    } } }, h('bdi', null, words), ' ✕');
  }

  /** @param {Facet} facet @param {string} value */
  nameOf(facet, value) {
    if (facet === 'author') return value === this.store.page.me ? 'mine' : `by ${nameOf(this.notes().find(one => one.author?.id === value)?.author ?? null)}`;
    if (facet === 'tag') return `#${value}`;
    if (facet === 'state') return STATES[value] ?? value;
    return KINDS[value] ?? value;
  }

  // -- what can be chosen -------------------------------------------------------------------------

  /** @param {Facet} [facet] gets the focus */
  open(facet = 'words') {
    this.opener = document.activeElement;
    this.form.hidden = false;
    this.button?.setAttribute('aria-expanded', 'true');
    this.offer();
    (facet === 'words' ? this.words : this.fields[facet]).focus();
  }

  /** @param {boolean} [back] with the focus to where it came from */
  close(back = true) {
    this.form.hidden = true;
    this.button?.setAttribute('aria-expanded', 'false');
    if (back && this.opener === this.button) this.button?.focus();
    else if (back) this.page.back();
  }

  notes() {
    return [...this.store.annotations.values()].filter(one => !one.deleted);
  }

  /** Only what would leave something, with how much. */
  offer() {
    if (this.form.hidden) return;
    const notes = this.notes();
    const roots = notes.filter(one => !one.parent);
    const { me } = this.store.page;
    const authors = tally(notes, one => [one.author?.id ?? '']);
    const mine = me && authors.has(me) ? [[me, `me (${authors.get(me)})`]] : [];
    const others = [...authors].filter(([id]) => id && id !== me)
      .map(([id, n]) => [id, `${nameOf(notes.find(one => one.author?.id === id)?.author ?? null)} (${n})`]);
    this.fill('author', 'everybody', [...mine, ...others]);
    this.fill('kind', 'any', named(tally(notes, one => [one.kind]), KINDS));
    this.fill('tag', 'any', [...tally(notes, one => one.tags ?? [])].map(([tag, n]) => [tag, `${tag} (${n})`]));
    const states = tally(roots, one => [stateOf(one)].filter(Boolean));
    if (this.store.fresh.size) states.set('new', this.store.fresh.size);
    this.fill('state', 'any', named(states, STATES));
    this.result.textContent = this.inWords();
  }

  /** @param {Facet} facet @param {string} anything @param {string[][]} options value and words */
  fill(facet, anything, options) {
    const select = this.fields[facet];
    const value = this.wanted[facet];
    select.replaceChildren(...[['', anything], ...options].map(([key, words]) => h('option', { value: key }, words)));
    select.value = value;
    select.disabled = options.length === 0;
  }
}

/** @param {Annotation[]} notes @param {(one: Annotation) => string[]} of @returns {Map<string, number>} */
function tally(notes, of) {
  const found = new Map();
  for (const one of notes) for (const key of of(one)) found.set(key, (found.get(key) ?? 0) + 1);
  return found;
}

/** @param {Map<string, number>} found @param {Record<string, string>} names in their order */
function named(found, names) {
  return Object.keys(names).filter(key => found.has(key)).map(key => [key, `${names[key]} (${found.get(key)})`]);
}
