// One's own notes in a text that was changed, one after the other: the passage then and now side by
// side, and what is to become of the note. It keeps its place, gets another that its author chooses,
// or is left as gone.

import { Problem, request } from './api.js';
import { difference, showDifference } from './difference.js';
import { find, h, say } from './dom.js';
import { shorten } from './words.js';

/** @typedef {import('./store.js').Annotation} Annotation */

/** @type {Record<string, string>} */
const WHY = {
  moved: 'Its words stand elsewhere now.',
  changed: 'Its words were changed.',
  ambiguous: 'Its words stand in several places now; this is the likeliest.',
  gone: 'Its words are no longer in the text.',
};

/** So many characters of what stands around a passage: enough to know the place, and both fit on a screen. */
const AROUND = 110;

/** A long passage by its two ends. @param {string} words */
function inBrief(words) {
  const all = [...words];
  return all.length > 4 * AROUND ? `${all.slice(0, 2 * AROUND).join('')} … ${all.slice(-AROUND).join('')}` : words;
}

/** The passage among its neighbours, which end with words. @param {string} before @param {HTMLElement} passage @param {string} after */
function inItsPlace(before, passage, after) {
  const [head, tail] = [[...before], [...after]];
  const left = head.length > AROUND ? `…${head.slice(-AROUND).join('').replace(/^\S*\s+/u, '')}` : before;
  const right = tail.length > AROUND ? `${tail.slice(0, AROUND).join('').replace(/\s+\S*$/u, '')}…` : after;
  return h('blockquote', { dir: 'auto' }, left, passage, right);
}

export class Review {
  /**
   * @param {{ document: string, revision: string }} page
   * @param {{ find: (id: string) => Annotation | undefined, took: (one: Annotation) => void,
   *   show: (passage: { start: number, end: number } | null) => void, choose: () => void, back: () => void }} deeds
   *   took: its place was decided; show: marks a passage of the text; choose: by sentences and words
   */
  constructor(page, deeds) {
    this.page = page;
    this.deeds = deeds;
    /** @type {string[]} */
    this.ids = [];
    this.at = 0;
    this.isPlacing = false;
    this.el = h('section', { class: 'review', 'aria-labelledby': 'review-title', 'data-tool': true, hidden: true });
    this.el.addEventListener('keydown', event => {
      if (event.key !== 'Escape' || event.isComposing) return;
      event.preventDefault();
      event.stopPropagation();
      if (this.isPlacing) this.place(false);
      else this.close();
    });
    document.body.append(this.el);
  }

  get id() {
    return this.ids[this.at];
  }

  get isOpen() {
    return !this.el.hidden;
  }

  /** @param {string[]} ids */
  open(ids) {
    this.ids = [...ids];
    this.at = 0;
    return this.next();
  }

  close() {
    this.place(false);
    this.el.hidden = true;
    document.body.classList.remove('reviewing');
    this.deeds.show(null);
    this.deeds.back();
  }

  async next() {
    if (this.at >= this.ids.length) {
      this.close();
      return say('That was the last one');
    }
    const { id } = this;
    try {
      const { data } = await request('GET', `/annotations/${id}/context`);
      this.show(data);
    } catch (why) {
      if (!(why instanceof Problem)) throw why;
      this.show(null, why.message);
    }
  }

  /** @param {any} context as the API gives it @param {string} [fault] */
  show(context, fault = '') {
    const one = this.deeds.find(this.id);
    const now = context?.now?.start === null ? null : context?.now ?? null;
    const state = now ? context.now.state : 'gone';
    const title = h('h2', { id: 'review-title', tabindex: -1 }, this.ids.length > 1 ? `Your notes: ${this.at + 1} of ${this.ids.length}` : 'Your note');
    const said = one?.body?.trim() ? h('q', { dir: 'auto' }, shorten(one.body, 140)) : 'A highlight of yours';
    this.el.replaceChildren(
      h('header', null, title, h('button', { type: 'button', class: 'quiet', 'aria-label': 'Close', on: { click: () => this.close() } }, '✕')),
      ...(context ? [
        h('p', null, said, '. ', h('strong', null, WHY[state] ?? '')),
        h('div', { class: 'then-now' }, this.then(context), this.now(context, now)),
        this.choices(now),
      ] : [h('div', { class: 'row' }, this.button('Next', 'next', () => this.skip()))]),
      h('p', { class: 'fault', role: 'alert', hidden: !fault }, fault));
    this.el.hidden = false;
    this.el.scrollTop = 0;
    document.body.classList.add('reviewing');
    this.deeds.show(now ? { start: now.start, end: now.end } : null);
    title.focus({ preventScroll: true });
  }

  /** @param {any} context */
  then({ quote, then }) {
    const { before = quote?.prefix ?? '', exact = quote?.exact ?? '', after = quote?.suffix ?? '' } = then ?? {};
    const link = then && h('a', { href: `/d/${this.page.document}@${then.revision}#p=${then.start}-${then.end}`, target: '_blank', rel: 'noopener' }, 'in the text of then');
    return h('figure', null, h('figcaption', null, 'Then', link ? ' · ' : null, link),
      inItsPlace(before, h('mark', null, inBrief(exact)), after));
  }

  /** @param {any} context @param {any} now */
  now({ then, quote }, now) {
    if (!now) return h('figure', null, h('figcaption', null, 'Now'), h('p', null, 'Nowhere.'));
    const was = then?.exact ?? quote?.exact ?? '';
    const words = h('mark', null);
    words.append(was === now.exact ? inBrief(now.exact) : showDifference(difference(was, now.exact)));
    return h('figure', null, h('figcaption', null, 'Now'), inItsPlace(now.before, words, now.after));
  }

  /** @param {any} now */
  choices(now) {
    return h('div', { class: 'row choices' },
      now ? this.button('Keep it here', 'keep', () => this.send({ keep: true }, 'Kept here'), 'main') : null,
      this.button('Place it myself', 'place', () => this.place(true), now ? '' : 'main'),
      this.button(now ? 'Its words are gone' : 'Leave it as gone', 'gone', () => this.send({ gone: true }, 'Left as gone')),
      this.button(this.at + 1 < this.ids.length ? 'Later, go on' : 'Later', 'next', () => this.skip(), 'quiet'));
  }

  /** @param {string} words @param {string} act @param {() => void} deed @param {string} [look] */
  button(words, act, deed, look) {
    return h('button', { type: 'button', class: look || null, data: { act }, on: { click: deed } }, words);
  }

  skip() {
    this.at += 1;
    this.next();
  }

  /** From here a passage that is chosen or selected is the note's new place; or no longer. @param {boolean} on */
  place(on) {
    if (this.isPlacing === on) return;
    this.isPlacing = on;
    document.body.classList.toggle('placing', on);
    if (!on) {
      const line = find('.placing-now', this.el);
      const isThere = line?.contains(document.activeElement);
      line?.remove();
      this.el.classList.remove('small');
      if (isThere) find('[data-act=place]', this.el)?.focus();
      return;
    }
    const one = this.deeds.find(this.id);
    const line = h('div', { class: 'placing-now' },
      h('p', { tabindex: -1 }, 'Select the passage for ', one?.body?.trim() ? h('q', { dir: 'auto' }, shorten(one.body, 60)) : 'your highlight',
        ' in the text', h('span', { class: 'by-key' }, ', with the mouse, or by ', h('kbd', null, 'v'), ' and the arrows'), '.'),
      h('div', { class: 'row' }, this.button('Choose it by sentences and words', 'choose', () => this.deeds.choose(), ''),
        this.button('Never mind', 'never', () => this.place(false), 'quiet')));
    this.el.classList.add('small');
    this.el.append(line);
    find('p', line)?.focus({ preventScroll: true });
  }

  /** The passage that was chosen. @param {{ start: number, end: number }} passage */
  take({ start, end }) {
    return this.send({ start, end }, 'Placed');
  }

  /** @param {any} decision @param {string} said */
  async send(decision, said) {
    const fault = find('.fault', this.el);
    try {
      const { data } = await request('PUT', `/annotations/${this.id}/anchor`, { json: { revision: this.page.revision, ...decision } });
      this.place(false);
      this.deeds.took(data);
      this.at += 1;
      await this.next();
      say(this.isOpen ? `${said}. The next one` : `${said}. That was the last one`);
    } catch (why) {
      if (!(why instanceof Problem)) throw why;
      this.place(false);
      if (!fault) return;
      fault.textContent = why.status === 409 ? 'The text was changed again meanwhile. Load it anew, then decide.' : why.message;
      fault.hidden = false;
    }
  }
}
