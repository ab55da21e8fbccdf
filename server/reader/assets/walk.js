// Going through the text and its notes without a mouse: from block to block, from note to note, into
// a thread and back to the same place.

import { find, motion, say } from './dom.js';
import { isField } from './keys.js';
import { isFresh } from './store.js';
import { count, shorten } from './words.js';

/** @typedef {import('./keys.js').Key} Key */

export class Walk {
  /** @param {any} reader the page */
  constructor(reader) {
    this.reader = reader;
    /** @type {Element | null} where in the text the reader is */
    this.place = null;
    reader.body.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.onButton(event));
    for (const cards of [reader.list, reader.sheet.el])
      cards.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.inThread(event));
  }

  /** @returns {Key[]} */
  keys() {
    const { deeds } = this.reader;
    const signedIn = this.reader.page.me !== null;
    return [
      { name: 'next-block', key: 'j', words: 'next paragraph', deed: () => this.block(1) },
      { name: 'previous-block', key: 'k', words: 'previous paragraph', deed: () => this.block(-1) },
      { name: 'next-note', key: 'n', words: 'next note', deed: () => this.note(1) },
      { name: 'previous-note', key: 'p', words: 'previous note', deed: () => this.note(-1) },
      { name: 'next-new', key: 'u', words: 'next new note', deed: () => this.news() },
      { name: 'filter', key: 'f', words: 'filter the notes', deed: () => this.reader.filter.open('author') },
      { name: 'find', key: '/', words: 'find words in the notes', deed: () => this.reader.filter.open('words') },
      { name: 'groups', key: 'g', words: 'choose whose notes are shown: groups, only me', deed: () => this.reader.switcher.open() },
      { name: 'open', key: 'Enter', words: 'open the notes on this paragraph', deed: () => this.enter(), when: at => this.isText(at) },
      { name: 'back', key: 'Escape', words: 'back to the same place in the text', deed: () => this.reader.escape() },
      ...(signedIn ? [
        { name: 'choose', key: 'v', words: 'choose a passage by sentences and words', deed: () => this.choose() },
        { name: 'highlight', key: 'h', words: 'highlight the passage, or the paragraph', deed: () => deeds.highlight() },
        { name: 'comment', key: 'a', words: 'comment on it', deed: () => deeds.compose('comment') },
        { name: 'question', key: 'q', words: 'ask a question about it', deed: () => deeds.compose('question') },
        { name: 'suggest', key: 's', words: 'suggest other words for it', deed: () => deeds.suggest() },
        { name: 'reply', key: 'r', words: 'reply to this note', deed: () => this.withNote(one => deeds.answer(one)) },
        { name: 'agree', key: '+', words: 'agree, or no longer', deed: () => this.withNote(one => deeds.toggle(one, 'agree')) },
        { name: 'disagree', key: '-', words: 'disagree, or no longer', deed: () => this.withNote(one => deeds.toggle(one, 'disagree')) },
      ] : []),
    ];
  }

  // -- in the text --------------------------------------------------------------------------------

  /** @param {number} by */
  block(by) {
    const blocks = this.reader.map.blocks();
    const now = this.place ? blocks.indexOf(this.place)
      : blocks.findIndex((/** @type {Element} */ block) => block.getBoundingClientRect().top > 70) - by;
    const next = blocks[Math.min(blocks.length - 1, Math.max(0, now + by))];
    if (!next) return;
    this.stand(next);
    say(shorten(next.textContent ?? '', 120));
  }

  /**
   * Here the reader is; the bar shows it, and the focus stands here.
   *
   * @param {Element | null} block
   * @param {boolean} [again] the reader was here before: what is in sight stays where it is
   */
  stand(block, again = false) {
    this.mark(block);
    if (!(block instanceof HTMLElement)) return;
    if (!block.hasAttribute('tabindex')) block.tabIndex = -1;
    block.focus({ preventScroll: true });
    const { top, bottom } = block.getBoundingClientRect();
    if (!again || bottom < 80 || top > innerHeight - 40) block.scrollIntoView({ block: 'nearest', behavior: motion() });
  }

  /** Where the reader is, without going there. @param {Element | null} block */
  mark(block) {
    if (this.place && this.place !== block) this.place.classList.remove('here');
    if (block && this.place !== block)
      for (const write of this.reader.body.querySelectorAll('.write[tabindex="0"]')) write.tabIndex = -1;
    this.place = block;
    block?.classList.add('here');
    const write = block && find(':scope > .write', block);
    if (write) write.tabIndex = 0;
  }

  /** From one block's button to the next, also where single letters are no keys. @param {KeyboardEvent} event */
  onButton(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = event.target instanceof Element && event.target.matches('.write') ? event.target.parentElement : null;
    if (!by || !at || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.mark(at);
    this.block(by);
    if (this.place) find(':scope > .write', this.place)?.focus();
  }

  /** The block that is meant when nothing is chosen: where the reader is, else the first on the screen. */
  blockHere() {
    if (this.place) return this.place;
    const blocks = this.reader.map.blocks();
    return blocks.find((/** @type {Element} */ block) => block.getBoundingClientRect().bottom > 90) ?? blocks[0] ?? null;
  }

  choose() {
    const { map, picker, chooser } = this.reader;
    const picked = picker.now();
    picker.drop();
    const block = this.blockHere();
    const from = picked ?? (block && { start: map.passageOf(block)?.start ?? 0 });
    if (from) chooser.open(picked ? { start: picked.start, end: picked.end } : from);
  }

  /** Does the text have the focus, and no button in it? @param {Element | null} at */
  isText(at) {
    return at === null || at === document.body || at.id === 'text' || at === this.place;
  }

  enter() {
    const ids = (this.place && find(':scope > .noted', this.place)?.dataset.ids)?.split(' ');
    if (ids) this.reader.open(ids[0]);
    else if (this.place) say('No notes on this paragraph');
  }

  /** Back to the block where the reader was. */
  back() {
    if (this.place) this.stand(this.place, true);
    else find('#text')?.focus({ preventScroll: true });
  }

  // -- from note to note --------------------------------------------------------------------------

  /** @param {number} by */
  note(by) {
    const { threads, store } = this.reader;
    if (threads.length === 0) return say('No notes here');
    const at = threads.findIndex((/** @type {any} */ thread) => thread.id === store.focused);
    const next = at < 0 ? this.nextBelow(by) : (at + by + threads.length) % threads.length;
    this.reader.open(threads[next].id);
  }

  /** The first thread after the place of the reader, or on the screen or below it. @param {number} by */
  nextBelow(by) {
    const { threads, map } = this.reader;
    const from = this.place ? map.passageOf(this.place)?.start ?? 0 : null;
    const below = threads.findIndex((/** @type {any} */ thread) =>
      from !== null ? thread.start >= from : (this.reader.topOf(thread.id) ?? -1) >= 0);
    if (below < 0) return by > 0 ? 0 : threads.length - 1;
    return by > 0 ? below : Math.max(0, below - 1);
  }

  /** The next thread with something new, round the text. */
  news() {
    const { threads, store } = this.reader;
    const at = threads.findIndex((/** @type {any} */ thread) => thread.id === store.focused);
    const round = [...threads.slice(at + 1), ...threads.slice(0, at + 1)];
    const next = round.find(thread => isFresh(thread, store.fresh));
    if (!next) return say(store.fresh.size ? 'The filter hides what is new' : 'Nothing new');
    const one = [next.root, ...next.replies].find(note => store.fresh.has(note.id));
    this.reader.open(next.id, one?.id);
    say('');
  }

  // -- in a thread --------------------------------------------------------------------------------

  /** Up and down through the notes of the thread that has the focus. @param {KeyboardEvent} event */
  inThread(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || isField(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const card = this.reader.cards.get(this.reader.store.focused ?? '');
    if (!card?.article.contains(/** @type {Node} */ (event.target))) return;
    const entries = [...card.article.querySelectorAll('.entry')];
    const at = entries.indexOf(document.activeElement?.closest('.entry') ?? card.article);
    const next = entries[Math.min(entries.length - 1, Math.max(0, at + by))];
    if (!(next instanceof HTMLElement)) return;
    event.preventDefault();
    card.focusOn(next.dataset.id);
    say(`${at + by >= entries.length || at + by < 0 ? 'No further. ' : ''}${entries.indexOf(next) + 1} of ${entries.length} in this thread`);
  }

  /** @param {(one: import('./store.js').Annotation) => void} deed */
  withNote(deed) {
    const card = this.reader.cards.get(this.reader.store.focused ?? '');
    const one = card && this.reader.store.annotations.get(card.current());
    if (one) deed(one);
    else say('Open a note first');
  }
}
