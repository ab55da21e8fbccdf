// Which groups' notes are shown, and where a new one goes. Several groups can be ticked at once; what
// is ticked is kept in the browser, for this reader and this text.

import { all, request } from './api.js';
import { nameOf } from './entry.js';
import { find } from './dom.js';
import { remember, remembered } from './theme.js';

/** @typedef {import('./store.js').Annotation} Annotation */

/**
 * @typedef {object} Group
 * @property {string} id
 * @property {'group' | 'everyone' | 'pair' | 'mine'} kind
 * @property {string} name of a pair: the other's
 * @property {boolean} reads one reads the text through it
 * @property {boolean} writes one may write notes for it here
 * @property {boolean} independent a rule says when its members read each other
 */

/** Among the ticks: what nobody else can read. */
export const PRIVATE = 'private';
const TONES = 6;

/** Events: `change` (what is ticked), `learn` (a group that was not known). */
export class Groups extends EventTarget {
  /**
   * @param {{ document: string, me: string | null }} page
   * @param {Group[]} list
   */
  constructor(page, list) {
    super();
    const base = `${page.me ?? ''}:${page.document}`;
    this.me = page.me;
    this.keys = { shown: `gloss:groups:${base}`, last: `gloss:group:${base}` };
    /** @type {Map<string, Group>} */
    this.known = new Map(list.map(group => [group.id, group]));
    /** @type {Set<string> | null} ids, and PRIVATE; null: all */
    this.ticked = null;
    /** @type {Promise<void> | null} */
    this.learning = null;
    /** @type {Map<string, { may: string[], my_mask: { name: string, worn: boolean } | null, anonymous: boolean, premoderated: boolean }>} */
    this.details = new Map();
    const kept = (remembered(this.keys.shown) ?? '').split(' ').filter(id => this.isChoice(id));
    if (kept.length) this.ticked = new Set(kept);
  }

  // -- what is shown ------------------------------------------------------------------------------

  /** @returns {Group[]} those that can be ticked */
  choices() {
    return [...this.known.values()].filter(({ kind }) => kind !== 'mine');
  }

  /** @param {string} id */
  isChoice(id) {
    return id === PRIVATE || this.known.has(id);
  }

  /** Is there anything to choose between? */
  get isChoosable() {
    return this.choices().length > 1 || (this.choices().length === 1 && this.me !== null);
  }

  /** @param {string} id */
  isTicked(id) {
    return this.ticked === null || this.ticked.has(id);
  }

  /** How many groups are shown. */
  get shown() {
    return this.choices().filter(({ id }) => this.isTicked(id)).length;
  }

  /** Whoever takes the last tick away sees all again. @param {string} id @param {boolean} on */
  tick(id, on) {
    const every = [...this.choices().map(group => group.id), ...(this.me ? [PRIVATE] : [])];
    const ticked = new Set(every.filter(one => one === id ? on : this.isTicked(one)));
    this.show(ticked.size === 0 || ticked.size === every.length ? null : ticked);
  }

  /** @param {Set<string> | null} ticked */
  show(ticked) {
    this.ticked = ticked;
    remember(this.keys.shown, ticked && [...ticked].join(' '));
    this.dispatchEvent(new Event('change'));
  }

  /** Of the list of notes, what is asked for: the groups that are ticked, or all. */
  query() {
    if (this.ticked === null || this.ticked.has(PRIVATE)) return '';
    return `&group=${[...this.ticked].join(',')}`;
  }

  /** Is it in what is ticked? @param {Annotation} one */
  wants(one) {
    if (this.ticked === null) return true;
    if (isHidden(one) || this.known.get(one.group)?.kind === 'mine') return this.ticked.has(PRIVATE);
    return groupsOf(one).some(id => this.isTicked(id));
  }

  // -- names --------------------------------------------------------------------------------------

  /** @param {string} id */
  nameOf(id) {
    const group = this.known.get(id);
    if (!group) return 'another group';
    return group.kind === 'mine' ? 'Only me' : group.kind === 'pair' ? `Just with ${group.name}` : group.name;
  }

  /** A sign for each: the colour's number, and a letter. @param {string} id */
  signOf(id) {
    const at = this.choices().findIndex(group => group.id === id);
    return { tone: at < 0 ? 0 : at % TONES + 1, letter: [...this.known.get(id)?.name ?? '?'][0].toLocaleUpperCase() };
  }

  /** The groups through which it is read here, where that has to be said. @param {Annotation} one */
  toName(one) {
    if (this.shown < 2 || isHidden(one)) return [];
    return groupsOf(one).filter(id => this.known.get(id)?.kind !== 'mine' && this.isTicked(id));
  }

  /** Names of groups from which notes have come since the page was made. @param {Iterable<Annotation>} notes */
  async meet(notes) {
    const strange = new Set([...notes].flatMap(groupsOf).filter(id => !this.known.has(id)));
    if (strange.size === 0 || !this.me) return;
    this.learning ??= all('/groups').then(groups => {
      for (const { id, kind, name } of groups)
        if (strange.has(id)) this.known.set(id, { id, kind, name, reads: false, writes: false, independent: false });
      if ([...strange].some(id => this.known.has(id))) this.dispatchEvent(new Event('learn'));
    }).catch(() => {}).finally(() => setTimeout(() => {
      this.learning = null;
    }, 30000));
    await this.learning;
  }

  // -- what one may do ----------------------------------------------------------------------------

  /** What the API says of one's groups; the page shows itself before it is here. */
  async learnRights() {
    if (!this.me) return;
    const groups = await all('/groups?limit=200').catch(() => []);
    for (const group of groups) this.details.set(group.id, group);
    this.dispatchEvent(new Event('learn'));
  }

  /** @param {string} id @param {string} deed of the permission table */
  may(id, deed) {
    return this.details.get(id)?.may.includes(deed) ?? false;
  }

  /** What has to be said of writing in a group. @param {string} id @returns {string} */
  cautions(id) {
    const { my_mask: mask, anonymous, premoderated, may = [] } = this.details.get(id) ?? {};
    return [
      mask?.worn ? `You write as ${mask.name}.` : anonymous ? 'You write under a mask.' : '',
      premoderated && !may.includes('moderate') ? 'A leader looks at it before the others see it.' : '',
    ].filter(Boolean).join(' ');
  }

  // -- notes between two --------------------------------------------------------------------------

  /** Is there anybody with whom one reads this text? */
  hasPeople() {
    return this.me !== null && this.choices().some(({ id, kind, reads }) => reads && kind === 'group' && this.may(id, 'list_members'));
  }

  /** Who reads this text too, by name. @returns {Promise<string[][]>} ids and names */
  async people() {
    /** @type {Map<string, string>} */
    const found = new Map();
    for (const { id, kind, reads } of this.choices()) {
      if (!reads || kind !== 'group' || !this.may(id, 'list_members')) continue;
      for (const { user } of await all(`/groups/${id}/members?limit=200`).catch(() => []))
        if (user.name && user.id !== this.me) found.set(user.id, nameOf(user));
    }
    return [...found].sort((a, b) => a[1].localeCompare(b[1]));
  }

  /** The group of two, made when there is none. @param {string} user @returns {Promise<string>} its id */
  async pairWith(user) {
    const { data } = await request('POST', '/groups', { json: { with: user } });
    const { id, kind, name } = data;
    if (!this.known.has(id)) this.known.set(id, { id, kind, name, reads: false, writes: true, independent: false });
    this.details.set(id, data);
    this.dispatchEvent(new Event('learn'));
    return id;
  }

  // -- where new ones go --------------------------------------------------------------------------

  /** @returns {Group[]} those for which one may write */
  writable() {
    return this.choices().filter(group => group.writes && (group.reads || group.kind === 'pair'));
  }

  /** Where a new note goes unless something else is chosen: a group's id, or PRIVATE. @returns {string} */
  place() {
    const may = this.writable().map(({ id }) => id);
    if (may.length === 0 || remembered('gloss:visibility') === 'private') return PRIVATE;
    const ticked = may.filter(id => this.ticked?.has(id));
    const last = remembered(this.keys.last) ?? '';
    if (ticked.length === 1) return ticked[0];
    return may.includes(last) ? last : may[0];
  }

  /** @param {string} place */
  keepPlace(place) {
    remember('gloss:visibility', place === PRIVATE ? 'private' : 'group');
    if (place !== PRIVATE) remember(this.keys.last, place);
  }

  /** As the API wants it. A note for oneself lies where it could be shown later. @param {string} place */
  asJson(place) {
    if (place !== PRIVATE) return { visibility: 'group', group: place };
    const [first] = this.writable();
    return { visibility: 'private', ...(first && { group: first.id }) };
  }
}

/** The page's groups, as the server has written them. @returns {Group[]} */
export function groupsOfPage() {
  return JSON.parse(find('#reader')?.dataset.groups ?? '[]');
}

/** Read by nobody else. @param {Annotation} one */
export function isHidden(one) {
  return one.visibility === 'private' || one.draft === true;
}

/** @param {Annotation} one @returns {string[]} */
export function groupsOf(one) {
  return [...new Set([one.group, ...(one.groups ?? []).map(group => typeof group === 'string' ? group : group.id)])];
}
