// What others write while the page is open. Asks for the document's tag, which changes with
// everything that this reader may see of it, and only after a change for what is new. A stream of
// events can take the place of the asking without anything else noticing.

import { Problem, all, request } from './api.js';

const EVERY_MS = 1200;
const LONGEST_MS = 30000;
/** Of a long list, so many are shown at a time while it comes. */
const AT_ONCE = 1000;

/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./store.js').Annotation} Annotation */

export class Live {
  /**
   * @param {Store} store
   * @param {import('./groups.js').Groups} groups
   * @param {{ onNew: (added: Annotation[]) => void, onDocument: (document: any) => void,
   *   onState: (state: 'here' | 'away' | 'signed-out') => void }} tell
   */
  constructor(store, groups, tell) {
    this.store = store;
    this.groups = groups;
    this.tell = tell;
    this.path = `/documents/${store.page.document}`;
    /** @type {string | null} */
    this.etag = null;
    this.wait = EVERY_MS;
    /** What is shown is not the text as it is now: places are asked for as they are in what is shown. */
    this.isBehind = store.page.isThen;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.asking = false;
  }

  /** The notes that are shown. */
  get list() {
    const { document: id, revision } = this.store.page;
    return `/annotations?document=${id}${this.isBehind ? `&revision=${revision}` : ''}${this.groups.query()}`;
  }

  /**
   * What lies near the screen, of a text with so many annotations that all of them take a while.
   *
   * @param {{ start: number, end: number }} chars
   */
  async near({ start, end }) {
    const { data } = await request('GET', `${this.list}&from=${start}&to=${end}&limit=200`);
    this.store.merge(data.data);
  }

  /** Loads everything there is, then keeps asking, unless it is about what was. */
  async start() {
    if (this.store.page.isThen) return this.reload(false);
    const { etag, data } = await request('GET', this.path);
    this.follow(data);
    await this.reload(false);
    this.etag = etag;
    this.tell.onDocument(data);
    document.addEventListener('visibilitychange', () => this.soon(0));
    addEventListener('online', () => this.soon(0));
    this.soon(EVERY_MS);
  }

  /** @param {number} ms */
  soon(ms) {
    clearTimeout(this.timer);
    if (document.hidden) return;
    this.timer = setTimeout(() => this.ask(), ms);
  }

  async ask() {
    if (this.asking) return;
    this.asking = true;
    try {
      await this.look();
      this.wait = EVERY_MS;
      this.tell.onState('here');
    } catch (fault) {
      this.wait = Math.min(this.wait * 2, LONGEST_MS);
      const status = fault instanceof Problem ? fault.status : 0;
      this.tell.onState(status === 401 || status === 404 ? 'signed-out' : 'away');
    } finally {
      this.asking = false;
      this.soon(this.wait);
    }
  }

  async look() {
    const { status, etag, data } = await request('GET', this.path, { unless: this.etag, once: true });
    if (status === 304) return;
    this.follow(data);
    await this.take(data);
    this.etag = etag; // only now: a fault on the way asks again
    this.tell.onDocument(data);
  }

  /** @param {any} data the document */
  follow(data) {
    this.isBehind = Boolean(data.revision) && data.revision.id !== this.store.page.revision;
  }

  /**
   * The latest first, until one that is known stands there; if that does not explain the change
   * (something was deleted, a reaction came), everything.
   *
   * @param {any} data the document
   */
  async take(data) {
    const { annotations } = this.store;
    let explained = false;
    const latest = await all(`${this.list}&order=updated&limit=50`, items => {
      const isNews = items.map(item => annotations.get(item.id)?.version !== item.version);
      explained ||= isNews.includes(true);
      return isNews.every(Boolean);
    });
    this.announce(this.store.merge(latest, { live: true }));
    // how many there are of some groups alone is not said
    if (!explained || this.groups.ticked || this.store.annotations.size !== data.annotations) await this.reload(true);
  }

  /** @param {boolean} live */
  async reload(live) {
    const before = new Set(this.store.annotations.keys());
    /** @type {Annotation[]} */
    let some = [];
    const everything = await all(`${this.list}&limit=200`, items => {
      some.push(...items);
      if (live || some.length < AT_ONCE) return;
      this.store.merge(some);
      some = [];
    });
    // what was written while the list was read is not on it
    this.announce(this.store.merge(everything, { live, gone: before }), live);
  }

  /** @param {Annotation[]} added @param {boolean} [live] */
  announce(added, live = true) {
    const others = added.filter(one => one.author?.id !== this.store.page.me);
    if (live && others.length) this.tell.onNew(others);
  }
}
