// A text that a group reads independently first: a line says in words when the others' notes appear.
// It never tells how much there is; the server does not tell the page either.

import { Problem, request } from './api.js';
import { find, h, say } from './dom.js';
import { nameOf } from './entry.js';
import { remember, remembered } from './theme.js';
import { count, exactly } from './words.js';

/**
 * @typedef {object} Reading
 * @property {{ own_count: number | null, by_reader: boolean, due_at: string | null }} rule
 * @property {boolean} sealed
 * @property {string | null} revealed_at to all
 * @property {{ revealed: boolean, own: number, needed: number | null }} me
 * @property {{ user: any, revealed: boolean, own: number }[] | null} ready for leaders
 */

const EVERY_MS = 20000;
const LONGEST_WAIT_MS = 2 ** 31 - 1;

export class Readings {
  /**
   * @param {import('./groups.js').Groups} groups
   * @param {string} document_ the text's id
   * @param {{ appeared: () => void, compare: (group: string) => void, tell: (words: string) => void }} page
   *   appeared: there is more to be seen now
   */
  constructor(groups, document_, page) {
    this.groups = groups;
    this.document = document_;
    this.page = page;
    /** @type {Map<string, Reading>} by the group's id */
    this.known = new Map();
    /** @type {Map<string, { sign: string, el: HTMLElement }>} */
    this.rows = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.asking = false;
    this.el = h('section', { id: 'readings', class: 'readings', 'aria-label': 'Reading independently', hidden: true });
    find('#reader')?.before(this.el);
    document.addEventListener('visibilitychange', () => document.hidden || this.ask());
  }

  /** Those groups that have a rule for this text. */
  concerned() {
    return this.groups.choices().filter(group => group.independent);
  }

  /** Those whose readers can be compared now. @returns {string[]} */
  comparable() {
    return [...this.known].filter(([, reading]) => reading.me.revealed).map(([id]) => id);
  }

  async ask() {
    const groups = this.concerned();
    if (groups.length === 0 || this.asking) return;
    this.asking = true;
    clearTimeout(this.timer);
    try {
      for (const { id } of groups) await this.askOne(id);
    } catch (why) {
      if (!(why instanceof Problem)) throw why; // the page says elsewhere that it is away
    } finally {
      this.asking = false;
      this.show();
      this.waitForNext();
    }
  }

  /** @param {string} id */
  async askOne(id) {
    try {
      const { data } = await request('GET', `/groups/${id}/documents/${this.document}/reveal`, { once: true });
      this.take(id, data);
    } catch (why) {
      if (!(why instanceof Problem) || ![403, 404].includes(why.status)) throw why;
      this.known.delete(id);
    }
  }

  /** @param {string} id @param {Reading} reading */
  take(id, reading) {
    const before = this.known.get(id);
    this.known.set(id, reading);
    if (!before || before.me.revealed || !reading.me.revealed) return;
    say(`The notes of ${this.groups.nameOf(id)} are open to you now`);
    this.page.appeared();
  }

  /** While something is closed, it may open at any time, and at its date it does. */
  waitForNext() {
    const closed = [...this.known.values()].filter(reading => reading.sealed);
    if (closed.length === 0) return;
    const due = closed.flatMap(({ rule }) => rule.due_at ? [Date.parse(rule.due_at) - Date.now() + 1500] : []).filter(ms => ms > 0);
    this.timer = setTimeout(() => this.ask(), Math.min(EVERY_MS, LONGEST_WAIT_MS, ...due));
  }

  // -- the lines ----------------------------------------------------------------------------------

  show() {
    const rows = this.concerned().flatMap(({ id }) => this.rowOf(id) ?? []);
    if (rows.length !== this.el.childElementCount || rows.some((row, i) => this.el.children[i] !== row)) this.el.replaceChildren(...rows);
    this.el.hidden = rows.length === 0;
    this.offer();
  }

  /** The comparison is found in the text's menu too, when the line is closed. */
  offer() {
    const menu = find('.text .menu ul');
    for (const old of menu?.querySelectorAll('.compares') ?? []) old.remove();
    const several = this.comparable().length > 1;
    for (const id of this.comparable())
      menu?.prepend(h('li', { class: 'compares' }, h('button', { type: 'button', class: 'quiet', on: { click: () => this.page.compare(id) } },
        `Compare what each marked${several ? `: ${this.groups.nameOf(id)}` : ''}`)));
  }

  /** The same one as long as it says the same. @param {string} id */
  rowOf(id) {
    const reading = this.known.get(id);
    const isOpen = reading?.me.revealed && !(reading.ready && reading.sealed);
    if (!reading || (isOpen && remembered(this.keyOf(id)))) return null;
    const sign = JSON.stringify([reading, this.groups.nameOf(id), this.groups.may(id, 'reveal')]);
    const known = this.rows.get(id);
    if (known?.sign === sign) return known.el;
    const el = h('div', { class: 'reading' }, ...(reading.ready ? this.forLeader(id, reading)
      : reading.me.revealed ? this.open(id, reading) : this.closed(id, reading)));
    this.rows.set(id, { sign, el });
    return el;
  }

  /** @param {string} id @param {Reading} reading */
  closed(id, reading) {
    const { rule, me } = reading;
    const line = h('p', null, 'In ', h('b', { dir: 'auto' }, this.groups.nameOf(id)), ' each reads for themselves first. ',
      'What the others write is hidden from you ', ways(rule, me, 'you'), '.');
    return rule.by_reader ? [line, this.twice('I have read it', 'Yes, show me the others’ notes', 'Not yet', () => this.send(id, 'me'))] : [line];
  }

  /** @param {string} id @param {Reading} reading */
  open(id, reading) {
    const words = reading.sealed ? ' are open to you now. Those who still read for themselves do not see yours.' : ' are open to all its readers now.';
    return [h('p', null, 'The notes of ', h('b', { dir: 'auto' }, this.groups.nameOf(id)), words),
      h('div', { class: 'row' }, this.comparison(id), h('button', { type: 'button', class: 'quiet', on: { click: () => this.dismiss(id) } }, 'Close this line'))];
  }

  /** @param {string} id @param {Reading} reading */
  forLeader(id, reading) {
    if (!reading.sealed) return this.open(id, reading);
    const members = reading.ready ?? [];
    const line = h('p', null, 'In ', h('b', { dir: 'auto' }, this.groups.nameOf(id)), ' each reads for themselves first: members do not see each other’s notes ',
      ways(reading.rule, null, 'they'), '. You see them all.');
    const list = h('details', { class: 'ready' }, h('summary', null, `Who is ready: ${members.filter(one => one.revealed).length} of ${members.length}`),
      h('ul', null, ...members.map(({ user, revealed, own }) => h('li', null, h('bdi', null, nameOf(user)), `: ${revealed ? 'sees the others' : 'not yet'}, ${count(own, 'note')}`))));
    return [line, h('div', { class: 'row' }, this.comparison(id),
      this.groups.may(id, 'reveal') ? this.twice('Show all now', 'Yes, for all its members', 'Not yet', () => this.send(id, 'now')) : null), list];
  }

  /** @param {string} id */
  comparison(id) {
    return h('button', { type: 'button', class: 'chip', data: { act: 'compare' }, on: { click: () => this.page.compare(id) } }, 'Compare what each marked');
  }

  /** What cannot be taken back is asked twice. @param {string} words @param {string} yes @param {string} no @param {() => void} deed */
  twice(words, yes, no, deed) {
    const holder = h('span', { class: 'row' });
    const ask = h('button', { type: 'button', class: 'chip', on: { click: () => {
      const sure = h('button', { type: 'button', class: 'chip', on: { click: deed } }, yes);
      holder.replaceChildren(sure, h('button', { type: 'button', class: 'quiet', on: { click: () => {
        holder.replaceChildren(ask);
        ask.focus();
      } } }, no));
      sure.focus();
    } } }, words);
    holder.append(ask);
    return holder;
  }

  /** @param {string} id @param {'me' | 'now'} what */
  async send(id, what) {
    try {
      const { data } = await request('POST', `/groups/${id}/documents/${this.document}/reveal/${what}`);
      this.take(id, data);
      if (what === 'now') say('All its members see each other’s notes now');
      this.show();
      find('button', this.el)?.focus();
    } catch (why) {
      if (!(why instanceof Problem)) throw why;
      this.page.tell(why.message);
    }
  }

  /** @param {string} id */
  keyOf(id) {
    return `gloss:revealed:${this.groups.me}:${this.document}:${id}`;
  }

  /** @param {string} id */
  dismiss(id) {
    remember(this.keyOf(id), '1');
    this.rows.delete(id);
    this.show();
    find('#text')?.focus({ preventScroll: true });
  }
}

/**
 * "until you have written 3 notes here (1 so far), or say that you have read it, or 3 March 2026, 18:00".
 *
 * @param {Reading['rule']} rule
 * @param {Reading['me'] | null} me
 * @param {'you' | 'they'} who
 */
export function ways(rule, me, who) {
  const each = [];
  if (rule.own_count) each.push(`${who} have written ${count(rule.own_count, 'note')} here${me ? ` (${me.own} so far)` : ''}`);
  if (rule.by_reader) each.push(`${who} say that ${who} have read it`);
  if (rule.due_at) each.push(exactly(rule.due_at));
  if (each.length === 0) return 'until a leader of the group opens it to all';
  return `until ${each.join(', or ')}`;
}
