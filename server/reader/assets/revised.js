// What a reader is told of a text that changes: what became of the notes when one has saved it, what
// is new since the last visit, and that somebody has changed it while the page is open. Nothing is
// ever loaded by itself, for somebody may be reading, or writing.

import { Problem, all, request } from './api.js';
import { find, h, say } from './dom.js';
import { isField } from './keys.js';
import { inWords, takeReport } from './revise.js';
import { remember, remembered } from './theme.js';
import { count } from './words.js';

/** A place of one's own note that is to be looked at, as the API gives it. @typedef {{ annotation: string, revision: string, state: string, score: number, confirmed: boolean, start: number | null, end: number | null, exact: string | null, was: { revision: string, start: number, end: number, exact: string } | null }} Place */

const GO_ON = 'gloss:go-on';

export class Revised {
  /**
   * @param {{ document: string, revision: string, me: string | null }} page
   * @param {{ review: (places: string[]) => void, draft: () => string | null, goOn: (place: string) => void }} deeds
   *   review: goes through the notes one by one; draft: the place of what is being written
   */
  constructor(page, deeds) {
    this.page = page;
    this.deeds = deeds;
    this.key = `gloss:seen:${page.me ?? ''}:${page.document}`;
    /** @type {string | null} the newest one that was told of */
    this.newest = null;
    /** @type {string[]} ids of one's own notes that need their author */
    this.needy = [];
    this.el = h('section', { id: 'revised', class: 'filtered', 'aria-label': 'Changes of this text', hidden: true });
    find('#reader')?.before(this.el);
    addEventListener('focusout', () => setTimeout(() => this.tell()));
    /** @type {string} what is to be said when nobody writes */
    this.words = '';
  }

  /** When the page has come: what has changed since the last visit. */
  async start() {
    const { document: id, revision, me } = this.page;
    const last = remembered(this.key);
    remember(this.key, revision);
    const report = takeReport(id);
    const mine = me ? await this.mine() : [];
    this.needy = mine.filter(({ state }) => state !== 'moved').map(({ annotation }) => annotation);
    if (report?.to === revision) this.report(report);
    else if (last && last !== revision) this.since(last, mine.filter(({ state }) => state === 'moved').length);
    else if (this.needy.length && remembered(this.laterKey) !== revision) this.remind();
    this.goOn();
  }

  get laterKey() {
    return `${this.key}:later`;
  }

  /** One's own notes that do not stand as they did, and of which nothing was said yet. @returns {Promise<Place[]>} */
  async mine() {
    try {
      return await all(`/documents/${this.page.document}/anchors?author=me&confirmed=false&state=moved,changed,ambiguous,gone&limit=200`);
    } catch (why) {
      if (!(why instanceof Problem)) throw why;
      return [];
    }
  }

  /** @param {{ from: string, number: number, anchors: import('./revise.js').Tally, accepted: number }} report */
  report({ from, number, anchors, accepted }) {
    const what = accepted ? `${count(accepted, 'suggestion was', 'suggestions were')} taken in` : 'The text was saved';
    this.show(`${what} as revision ${number}. ${inWords(anchors)}`, from);
  }

  /** @param {string} last the revision that was seen then @param {number} moved */
  since(last, moved) {
    const n = this.needy.length;
    const parts = [
      moved ? `${moved} of your notes moved` : '',
      n ? `${moved ? n : `${n} of your notes`} ${n === 1 ? 'needs' : 'need'} you` : '',
    ].filter(Boolean);
    this.show(`This text changed since your last visit${parts.length ? `: ${parts.join(', ')}` : ''}.`, last);
  }

  remind() {
    const n = this.needy.length;
    this.show(`${count(n, 'note')} of yours ${n === 1 ? 'needs' : 'need'} you: the text was changed there.`, null);
  }

  /** @param {string} words @param {string | null} from the revision that it is compared with */
  show(words, from) {
    const close = h('button', { type: 'button', class: 'quiet', on: { click: () => {
      this.el.hidden = true;
      remember(this.laterKey, this.page.revision);
      find('#text')?.focus({ preventScroll: true });
    } } }, 'Close');
    this.el.replaceChildren(h('p', null, words),
      ...(this.needy.length ? [h('button', { type: 'button', class: 'chip', data: { act: 'review' }, on: { click: () => this.deeds.review(this.needy) } },
        this.needy.length === 1 ? 'Look at it' : `Look at the ${this.needy.length}`)] : []),
      ...(from && from !== this.page.revision ? [h('a', { href: this.diff(from, this.page.revision) }, 'What changed')] : []),
      close);
    this.el.hidden = false;
    this.words = words;
    this.tell();
  }

  /** One of them was looked at. @param {string} id */
  settled(id) {
    this.needy = this.needy.filter(one => one !== id);
    if (this.newest) return;
    const button = find('[data-act=review]', this.el);
    if (this.needy.length === 0) this.el.hidden = true;
    else if (button) button.textContent = this.needy.length === 1 ? 'Look at it' : `Look at the ${this.needy.length}`;
  }

  /** @param {string} from @param {string} to */
  diff(from, to) {
    return `/d/${this.page.document}/diff?from=${from}&to=${to}`;
  }

  // -- while the page is open ---------------------------------------------------------------------

  /** @param {any} data the document */
  async follow(data) {
    const newest = data.revision?.id;
    if (!newest || newest === this.page.revision || newest === this.newest) return;
    this.newest = newest;
    let words = 'This text was changed just now.';
    try {
      const { data: one } = await request('GET', `/revisions/${newest}`);
      words = `${one.author?.display_name ?? 'Somebody'} has changed this text just now${one.note ? `: “${one.note}”` : ''}.`;
    } catch (why) {
      if (!(why instanceof Problem)) throw why;
    }
    if (this.newest !== newest) return;
    this.el.replaceChildren(h('p', null, words, ' You still see it as it was.'),
      h('button', { type: 'button', class: 'chip', data: { act: 'load' }, on: { click: () => this.load() } }, 'Show the new text'),
      h('a', { href: this.diff(this.page.revision, newest) }, 'What changed'));
    this.el.hidden = false;
    this.words = words;
    this.tell();
  }

  /** Never while somebody writes. */
  tell() {
    if (!this.words || isField(document.activeElement)) return;
    say(this.words);
    this.words = '';
  }

  /** What is being written goes along. */
  load() {
    const place = this.deeds.draft();
    try {
      if (place) sessionStorage.setItem(GO_ON, place);
    } catch {
      // then it is offered as what was not sent
    }
    location.reload();
  }

  /** Back where one was writing. */
  goOn() {
    try {
      const place = sessionStorage.getItem(GO_ON);
      sessionStorage.removeItem(GO_ON);
      if (place) this.deeds.goOn(place);
    } catch {
      // nothing was kept
    }
  }
}
