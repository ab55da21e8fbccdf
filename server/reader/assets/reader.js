// The reading page: joins the parts. The server has rendered the text; this adds what readers say.

import './theme.js';
import { Bar } from './bar.js';
import { buttonsChoice, noteBlocks, writeButtons } from './blocks.js';
import { Chooser } from './chooser.js';
import { Compare } from './compare.js';
import { Deeds, WHOLE } from './deeds.js';
import { keptAt, moveDraft, offerUnsent } from './drafts.js';
import { eachFrame, find, motion, say } from './dom.js';
import { nameOf } from './entry.js';
import { Filter } from './filter.js';
import { Groups, groupsOfPage, isHidden } from './groups.js';
import { isField, listenForKeys } from './keys.js';
import { Live } from './live.js';
import { Lost } from './lost.js';
import { Margin } from './margin.js';
import { TextMap, charsIn } from './offsets.js';
import { painterFor } from './paint.js';
import { Picker, positionAt } from './pick.js';
import { Places } from './places.js';
import { Readings } from './readings.js';
import { Review } from './review.js';
import { Revised } from './revised.js';
import { Sheet } from './sheet.js';
import { clearPaper, layOutForPaper } from './print.js';
import { Drafts } from './publish.js';
import { Store, weightOf } from './store.js';
import { textMenu } from './menu.js';
import { Strip } from './strip.js';
import { Switcher } from './switcher.js';
import { Card, measure } from './threads.js';
import { Walk } from './walk.js';
import { ago, count, exactly, shorten } from './words.js';

/** @typedef {import('./store.js').Thread} Thread */

/** "4 notes, 1 reply": a note is what stands at a passage, here as in the filter and the margin. @param {Thread[]} threads */
function inAll(threads) {
  const replies = threads.reduce((n, thread) => n + thread.replies.filter(({ deleted }) => !deleted).length, 0);
  return count(threads.length, 'note') + (replies ? `, ${count(replies, 'reply', 'replies')}` : '');
}

class Reader {
  constructor() {
    const main = /** @type {HTMLElement} */ (find('#reader'));
    const { document: id = '', revision = '', me = '', many, then, mayEdit } = main.dataset;
    /** So much was said that not all of it can be here at once. */
    this.isLong = many !== undefined;
    /** All that there was at the beginning is here. */
    this.isComplete = false;
    const isThen = then !== undefined;
    // the text as it was is there to be read, and no more
    this.page = { document: id, revision, isThen, me: isThen ? null : me || null, mayEdit: mayEdit !== undefined && !isThen };
    this.groups = new Groups(this.page, groupsOfPage());
    this.body = /** @type {HTMLElement} */ (find('#body'));
    this.list = /** @type {HTMLElement} */ (find('#threads'));

    this.map = new TextMap(this.body);
    this.places = new Places(this.map);
    this.painter = painterFor(this.map, this.places);
    this.store = new Store(this.page, one => this.groups.wants(one) && !(isThen && one.quote && !one.anchor && !one.parent));
    /** @type {Map<string, Card>} */
    this.cards = new Map();
    /** @type {Thread[]} in the order of the text */
    this.threads = [];
    /** @type {Map<string, Thread>} */
    this.byId = new Map();
    /** So many new ones were known when the threads were shown. */
    this.freshShown = 0;
    this.deeds = new Deeds(this);
    this.margin = new Margin(this.list, this.body, {
      wanted: (key, exactly) => this.placeOf(key, exactly),
      card: key => this.elementOf(key),
      attached: cards => this.fill(cards),
      relaid: () => {
        this.places.forget();
        this.painter.follow();
        letScroll(this.body);
      },
    });
    const passageDeeds = {
      highlight: () => this.deeds.highlight(),
      comment: () => this.deeds.compose('comment'),
      question: () => this.deeds.compose('question'),
      suggest: () => this.deeds.suggest(),
      place: () => this.deeds.place(),
      link: () => this.deeds.copyPassageLink(),
      back: (/** @type {{ start: number }} */ passage) => this.walk.stand(this.map.blockAt(passage.start), true),
    };
    this.bar = this.page.me ? new Bar(passageDeeds) : null;
    this.picker = new Picker(this.map, picked => this.bar?.show(picked));
    this.chooser = new Chooser(this.map, { show: passage => this.showChosen(passage), deeds: passageDeeds });
    this.sheet = new Sheet({
      step: by => this.walk.note(by),
      close: () => this.store.focused === null ? this.deeds.leaveDraft() : this.escape(),
      changed: () => this.followSheet(),
    });
    this.strip = new Strip(this.map.end, {
      go: thread => this.goTo(thread.start),
      open: thread => this.open(thread.id),
      onScreen: () => this.places.onScreen(0),
    });
    this.walk = new Walk(this);
    /** @type {import('./store.js').Annotation[]} what others wrote and nobody was told of yet */
    this.news = [];
    this.live = new Live(this.store, this.groups, {
      onNew: added => this.announce(added),
      onDocument: data => {
        this.revised.follow(data);
        if (this.isComplete) this.readings.ask();
      },
      onState: state => this.showState(state),
    });
    this.lost = new Lost({ isThen, open: lost => this.open(lost), newer: () => this.live.isBehind });
    this.review = new Review(this.page, {
      find: one => this.store.annotations.get(one),
      took: one => {
        this.store.merge([one]);
        this.revised.settled(one.id);
      },
      show: passage => {
        this.painter.put('pending', passage);
        if (passage) this.goTo(passage.start);
      },
      choose: () => this.walk.choose(),
      back: () => this.walk.back(),
    });
    this.revised = new Revised(this.page, {
      review: ids => this.review.open(ids),
      draft: () => this.deeds.draft ? `${this.deeds.draft.start}-${this.deeds.draft.end}` : null,
      goOn: place => {
        const kept = keptAt(place);
        if (kept) this.goOn(place, kept);
      },
    });
    this.filter = new Filter(this.store, { changed: () => this.later(), back: () => this.walk.back() });
    this.switcher = new Switcher(this.groups, { back: () => this.walk.back() });
    this.drafts = this.page.me ? new Drafts(this.store, { open: id => this.open(this.store.threadIdOf(id) ?? id, id) }) : null;
    this.compare = new Compare(this.groups, this.page, {
      end: () => this.map.end,
      go: passage => this.followPassage(passage),
      tell: words => this.deeds.tell(words),
    });
    this.readings = new Readings(this.groups, id, {
      appeared: () => this.live.soon(0),
      compare: group => this.compare.open(group),
      tell: words => this.deeds.tell(words),
    });
    this.later = eachFrame(() => this.render());
    this.listen();
  }

  listen() {
    this.store.addEventListener('change', this.later);
    this.store.addEventListener('change', () => this.groups.meet(this.store.annotations.values()));
    this.groups.addEventListener('change', () => this.switchGroups());
    this.groups.addEventListener('learn', () => {
      this.renew();
      this.readings.show();
    });
    this.store.addEventListener('focus', () => this.focused());
    this.body.addEventListener('click', event => this.clicked(event));
    this.body.addEventListener('pointermove', hoverOver(this));
    this.body.addEventListener('pointerleave', () => this.painter.put('hover', null));
    this.list.addEventListener('pointerover', event => this.hoverCard(event));
    this.list.addEventListener('pointerleave', () => this.painter.put('hover', null));
    addEventListener('hashchange', () => this.followHash());
    addEventListener('focusout', () => setTimeout(() => this.tellNews()));
    addEventListener('scroll', eachFrame(() => this.painter.follow()), { passive: true });
    addEventListener('beforeprint', () => {
      this.painter.whole(true);
      for (const time of document.querySelectorAll('.text > header time')) time.textContent = exactly(time.getAttribute('datetime') ?? '');
      layOutForPaper(this.map, this.threads);
    });
    addEventListener('afterprint', () => {
      clearPaper();
      refreshTimes();
      this.painter.whole(false);
    });
    find('#about-whole')?.addEventListener('click', () => this.deeds.compose('comment', WHOLE));
    textMenu(this.page.document, this.groups, words => this.deeds.tell(words));
    listenForKeys(this.walk.keys(), () => this.page.me ? [buttonsChoice(this.map, block => this.chooseBlock(block))] : []);
    refreshTimes();
    setInterval(refreshTimes, 60000);
  }

  async start() {
    try {
      if (this.isLong) {
        await this.live.near(this.places.onScreen(1));
        this.render();
        this.ready();
      }
      await this.live.start();
    } catch {
      this.showState('away');
      setTimeout(() => this.start(), 3000);
      return;
    }
    this.isComplete = true;
    this.render();
    this.followHash();
    if (!this.page.isThen) await this.revised.start();
    if (this.page.me) offerUnsent((place, kept) => this.goOn(place, kept), this.deeds.draft ? `${this.deeds.draft.start}-${this.deeds.draft.end}` : null);
    if (this.page.me) writeButtons(this.map, block => this.chooseBlock(block));
    if (!this.page.isThen) this.readings.ask();
    this.groups.learnRights();
    this.ready();
    document.documentElement.dataset.complete = 'true';
  }

  /** What is on the screen can be read and answered. */
  ready() {
    document.documentElement.dataset.ready = 'true';
  }

  render() {
    const threads = this.filter.sift(this.store.threads());
    if (threads !== this.threads || this.store.fresh.size !== this.freshShown) this.show(threads);
    this.showThreads();
    this.followSheet();
    this.focusPaint();
    const n = find('#count');
    if (n && this.isComplete) n.textContent = ` · ${inAll(this.store.threads())}`;
  }

  /** @param {Thread[]} threads */
  show(threads) {
    this.threads = threads;
    this.freshShown = this.store.fresh.size;
    this.byId = new Map(threads.map(thread => [thread.id, thread]));
    this.painter.paint(threads.filter(thread => thread.end > thread.start).map(thread => ({
      start: thread.start,
      end: thread.end,
      mine: thread.root.author?.id === this.page.me,
      hidden: isHidden(thread.root),
      doubtful: !thread.root.anchor?.confirmed && ['changed', 'ambiguous'].includes(thread.root.anchor?.state ?? ''),
    })));
    for (const id of this.cards.keys()) if (!this.byId.has(id)) this.cards.delete(id);
    for (const card of this.cards.values()) this.updateCard(card);
    noteBlocks(this.map, threads, { open: id => this.open(id), fresh: this.store.fresh });
    this.strip.show(threads, this.store.fresh);
    this.lost.show(threads);
    this.deeds.suggestions.offer();
  }

  /** @param {Card} card */
  updateCard(card) {
    const thread = this.byId.get(card.id);
    if (thread) card.update(thread, { me: this.page.me, mayEdit: this.page.mayEdit, fresh: this.store.fresh, groups: this.groups,
      further: this.deeds.further, misfits: this.deeds.suggestions.misfits, words: (start, end) => this.map.text(start, end) });
  }

  /** All cards as they are now. */
  renew() {
    for (const card of this.cards.values()) this.updateCard(card);
    this.later();
  }

  /** Other groups' notes than before: what is here and is not wanted goes at once, the rest comes. */
  async switchGroups() {
    this.store.sift();
    this.renew();
    try {
      await this.live.reload(false);
    } catch {
      this.showState('away');
    }
    this.renew();
  }

  showThreads() {
    const items = this.threads.map(thread => ({ key: thread.id, weight: weightOf(thread, this.store.fresh) }));
    const { draft } = this.deeds;
    if (draft) {
      const before = this.threads.findIndex(thread => thread.start > draft.start || thread.isLost);
      items.splice(before < 0 ? items.length : before, 0, { key: 'draft', weight: 0 });
    }
    find('#no-notes')?.toggleAttribute('hidden', items.length > 0 || !this.isComplete);
    this.margin.watch(items);
  }

  /** The card of a thread; made when it is first wanted. @param {string} id */
  cardOf(id) {
    const known = this.cards.get(id);
    if (known || !this.byId.has(id)) return known ?? null;
    const card = new Card(id, this.deeds);
    this.cards.set(id, card);
    this.updateCard(card);
    if (id === this.store.focused) card.focus(true);
    return card;
  }

  /** @param {string} key a thread's id, or `draft` */
  elementOf(key) {
    const { draft } = this.deeds;
    return /** @type {HTMLElement} */ (key === 'draft' && draft ? draft.el : this.cardOf(key)?.el);
  }

  /** Cards that have come to stand in the margin are filled, and shown whether there is more. @param {HTMLElement[]} elements */
  fill(elements) {
    const cards = elements.flatMap(el => this.cards.get(el.dataset.key ?? '') ?? []).filter(card => !card.isFilled);
    for (const card of cards) card.fill();
    measure(cards);
  }

  /** Where a card's passage begins; null: it has none. @param {string} key */
  startOf(key) {
    const { draft } = this.deeds;
    const start = draft && key === 'draft' ? draft.start : this.byId.get(key)?.start ?? -1;
    return start < 0 ? null : start;
  }

  /** In pixels below the top of the text. @param {string} key @param {boolean} exactly */
  placeOf(key, exactly) {
    if (this.byId.get(key)?.isLost) return this.lost.placeOf(key, this.body);
    const start = this.startOf(key);
    if (start === null) return null;
    return exactly ? this.places.exactly(start) : this.places.near(start);
  }

  /** Where a card's passage stands in the viewport. @param {string} key */
  topOf(key) {
    const place = this.placeOf(key, true);
    return place === null ? null : place + this.body.getBoundingClientRect().top;
  }

  // -- focus --------------------------------------------------------------------------------------

  focused() {
    const id = this.store.focused;
    const card = this.cardOf(id ?? '');
    for (const other of this.cards.values()) if (other.id !== id) other.focus(false);
    card?.focus(true);
    this.margin.focused = id;
    this.margin.place();
    if (card) measure([card]);
    this.focusPaint();
    if (this.store.fresh.size !== this.freshShown) this.later();
    this.followSheet();
  }

  /** On narrow screens the thread in focus, or the note that is being written, is a sheet. */
  followSheet() {
    const { focused } = this.store;
    const at = this.threads.findIndex(thread => thread.id === focused);
    if (at >= 0 && focused) {
      this.sheet.hold(this.cardOf(focused)?.el ?? null, { place: `${at + 1} of ${this.threads.length}`,
        label: `Notes on: ${shorten(this.threads[at].root.quote?.exact ?? 'the whole text', 60)}` });
    } else {
      this.sheet.hold(this.deeds.draft?.el ?? null, { place: '', label: 'A new note' });
    }
  }

  focusPaint() {
    const thread = this.byId.get(this.store.focused ?? '');
    this.painter.put('focus', thread && thread.end > thread.start ? thread : null);
  }

  /** Focuses a thread and brings it and its passage into view. @param {string} id @param {string} [annotation] */
  open(id, annotation) {
    this.store.focus(id);
    const card = this.cardOf(id);
    if (!card) return;
    this.margin.place();
    const passage = this.topOf(id);
    // below the middle of a narrow screen is the sheet
    const [low, aim] = this.sheet.narrow.matches ? [0.3, 0.15] : [0.7, 0.3];
    if (passage !== null && (passage < 80 || passage > innerHeight * low))
      scrollBy({ top: passage - Math.max(80, innerHeight * aim), behavior: motion() });
    const isInText = passage !== null && !this.byId.get(id)?.isLost;
    this.walk.mark(isInText ? this.map.blockAt(this.byId.get(id)?.start ?? 0) : this.walk.place);
    card.focusOn(annotation ?? null, false);
    if (passage === null || (annotation && annotation !== id))
      find(`#e-${annotation ?? id}`)?.scrollIntoView({ block: 'nearest', behavior: motion() });
  }

  escape() {
    this.dropPassage();
    this.store.focus(null);
    this.walk.back();
  }

  // -- the text -----------------------------------------------------------------------------------

  /** The narrowest annotated passage at a position. @param {number | null} position */
  threadAt(position) {
    if (position === null) return null;
    return this.threads.filter(thread => thread.start <= position && position < thread.end)
      .sort((a, b) => (a.end - a.start) - (b.end - b.start))[0] ?? null;
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    if (document.getSelection()?.isCollapsed === false) return;
    if (event.target instanceof Element && event.target.closest('a, button')) return;
    const thread = this.threadAt(positionAt(this.map, event.clientX, event.clientY));
    if (thread) return this.open(thread.id);
    this.store.focus(null);
    this.walk.mark(null);
  }

  /** @param {Event} event */
  hoverCard(event) {
    const key = event.target instanceof Element ? event.target.closest('li.thread')?.getAttribute('data-key') : null;
    const thread = this.byId.get(key ?? '');
    this.painter.put('hover', thread && thread.end > thread.start ? thread : null);
  }

  /** What a new annotation is about: what was chosen or selected, or the paragraph that j and k have reached. */
  passage() {
    return this.chooser.passage ?? this.picker.now() ?? (this.walk.place ? this.map.passageOf(this.walk.place) : null);
  }

  /** What was chosen or selected has served. */
  dropPassage() {
    this.picker.drop();
    this.chooser.close();
  }

  /** @param {Element} block whose button was pressed */
  chooseBlock(block) {
    this.walk.mark(block);
    this.chooser.open(this.map.passageOf(block) ?? { start: 0 });
  }

  /** @param {{ start: number, end: number } | null} passage */
  showChosen(passage) {
    this.painter.put('pending', passage);
    if (!passage) return;
    this.walk.mark(this.map.blockAt(passage.start));
    const rect = this.map.ranges(passage.end - 1, passage.end)[0]?.getBoundingClientRect();
    const floor = this.chooser.el.getBoundingClientRect().top;
    if (rect && (rect.top < 70 || rect.bottom > floor - 20))
      scrollBy({ top: rect.top - innerHeight * 0.3, behavior: motion() });
  }

  /**
   * Opens the form again in which something was left. Words that have moved since are looked for.
   *
   * @param {string} place
   * @param {import('./drafts.js').Kept} kept
   */
  goOn(place, kept) {
    const [deed, id] = place.split(':');
    if (deed === 'text') return location.assign(`/d/${this.page.document}/edit`);
    const one = this.store.annotations.get(id ?? '');
    const thread = one && this.byId.get(this.store.threadIdOf(one.id) ?? '');
    if (deed === 'edit' && one) return this.deeds.edit(one);
    if (deed === 'reply' && thread) return this.deeds.reply(thread, one);
    const [, start, end] = /^(\d+)-(\d+)$/.exec(place) ?? [];
    const passage = (start && this.found({ start: Number(start), end: Number(end) }, kept.quote ?? '')) || WHOLE;
    moveDraft(place, `${passage.start}-${passage.end}`, passage === WHOLE ? { ...kept, quote: undefined } : kept);
    if (passage !== WHOLE) this.showPassage(passage.start, passage.end);
    const isSuggestion = kept.kind === 'suggestion' && passage !== WHOLE;
    this.deeds.compose(isSuggestion ? 'suggestion' : kept.kind === 'question' ? 'question' : 'comment', passage);
  }

  /** @param {{ start: number, end: number }} passage @param {string} quote */
  found(passage, quote) {
    if (!quote || this.map.text(passage.start, passage.end) === quote) return passage;
    const text = this.map.text(0, this.map.end);
    const at = text.indexOf(quote);
    const start = charsIn(text.slice(0, Math.max(0, at)));
    return at < 0 ? null : { start, end: start + charsIn(quote) };
  }

  // -- what others do -----------------------------------------------------------------------------

  /** @param {import('./store.js').Annotation[]} added */
  announce(added) {
    if (this.news.length === 0) setTimeout(() => this.tellNews(), 1500);
    this.news.push(...added);
  }

  /** Several at once, and never while somebody writes. */
  tellNews() {
    if (this.news.length === 0 || isField(document.activeElement) || this.chooser.isOpen) return;
    const names = [...new Set(this.news.map(note => nameOf(note.author)))].join(', ');
    say(`${count(this.news.length, 'new note')} by ${names}; u goes there`);
    this.news = [];
  }

  /** @param {'here' | 'away' | 'signed-out'} state */
  showState(state) {
    const el = find('#state');
    if (!el) return;
    el.hidden = state === 'here';
    el.textContent = state === 'away' ? 'Not connected; trying again…'
      : state === 'signed-out' ? 'You can no longer read this text here. Sign in again.' : '';
  }

  followHash() {
    const { n, p } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    if (n && this.isComplete && this.groups.ticked && !this.store.threadIdOf(n)) return this.followElsewhere();
    const thread = n ? this.store.threadIdOf(n) : null;
    if (thread) this.reveal(thread);
    if (thread) this.open(thread, n);
    else if (n && this.isComplete) this.showMissing();
    const passage = /^(\d+)-(\d+)$/.exec(p ?? '');
    if (passage) this.showPassage(Number(passage[1]), Number(passage[2]));
  }

  /** What a link leads to may be of a group that is not ticked. */
  async followElsewhere() {
    this.groups.show(null);
    await this.live.reload(false).catch(() => {});
    this.render();
    this.followHash();
  }

  /** A thread that is asked for is shown, whatever the filter says. @param {string} id */
  reveal(id) {
    if (this.byId.has(id) || !this.store.annotations.has(id)) return;
    this.filter.clear();
    this.render();
  }

  showMissing() {
    const el = find('#state');
    if (!el) return;
    el.hidden = false;
    el.textContent = 'The note of this link is not here: it was deleted, or it is not for you.';
  }

  /** @param {number} start @param {number} end */
  showPassage(start, end) {
    this.painter.put('pending', { start, end });
    this.goTo(start);
  }

  /** From the comparison to a passage, and to its first note. @param {{ start: number, end: number, annotations: string[] }} passage */
  followPassage({ start, end, annotations }) {
    this.painter.put('pending', { start, end });
    this.walk.stand(this.map.blockAt(start));
    this.goTo(start);
    const first = annotations.find(id => this.store.annotations.has(id));
    if (!first) return;
    this.reveal(first);
    this.store.focus(this.store.threadIdOf(first));
  }

  /** Brings a place of the text into view. @param {number} position */
  goTo(position) {
    const range = this.map.ranges(position, position + 1)[0];
    if (range) scrollBy({ top: range.getBoundingClientRect().top - innerHeight * 0.3, behavior: motion() });
  }
}

/** A hand over annotated passages, and their paint a little stronger. @param {Reader} reader */
function hoverOver(reader) {
  /** @type {PointerEvent | null} */
  let last = null;
  const look = eachFrame(() => {
    if (!last || last.buttons) return;
    const thread = reader.threadAt(positionAt(reader.map, last.clientX, last.clientY));
    reader.body.classList.toggle('over', thread !== null);
    reader.painter.put('hover', thread);
  });
  return (/** @type {PointerEvent} */ event) => {
    last = event;
    look();
  };
}

/** What is wider than the text and scrolls in itself can be reached, and so scrolled, by keys. @param {HTMLElement} body */
function letScroll(body) {
  const wide = [...body.querySelectorAll('pre, .table')].map(el => ({ el, is: el.scrollWidth > el.clientWidth }));
  for (const { el, is } of wide)
    if (is) el.setAttribute('tabindex', '0');
    else if (el.getAttribute('tabindex') === '0') el.removeAttribute('tabindex');
}

function refreshTimes() {
  for (const time of document.querySelectorAll('#threads time, .text > header time')) time.textContent = ago(time.getAttribute('datetime') ?? '');
}

new Reader().start();
