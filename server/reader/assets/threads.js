// A thread's card in the margin: its annotation, the replies, and the forms that open in it.

import { difference, showDifference } from './difference.js';
import { arrange, find, h } from './dom.js';
import { entry, isGone, nameOf } from './entry.js';
import { isHidden } from './groups.js';
import { count, shorten } from './words.js';

/** @typedef {import('./store.js').Thread} Thread */
/** @typedef {import('./store.js').Annotation} Annotation */
/** @typedef {import('./entry.js').Deeds} Deeds */

/**
 * @typedef {object} View
 * @property {string | null} me
 * @property {import('./groups.js').Groups} groups
 * @property {import('./further.js').Further} further
 * @property {boolean} mayEdit the text
 * @property {Map<string, string>} misfits suggestions that could not be taken in, and why
 * @property {(start: number, end: number) => string} words of the text that is shown
 * @property {Set<string>} fresh what has come while the reader was here and was not looked at yet
 */

export class Card {
  /**
   * @param {string} id
   * @param {Deeds & { focus: (id: string | null) => void, reply: (thread: Thread, to: Annotation) => void }} deeds
   */
  constructor(id, deeds) {
    this.id = id;
    this.deeds = deeds;
    /** @type {Thread | null} */
    this.thread = null;
    /** @type {View | null} */
    this.view = null;
    this.isFilled = false;
    /** @type {Map<string, { sign: string, el: HTMLElement }>} */
    this.entries = new Map();
    this.quote = h('blockquote', { class: 'passage', dir: 'auto' });
    /** What the passage reads now, where that is something else. */
    this.now = h('div', { class: 'now-reads', hidden: true });
    this.first = h('div', { class: 'first' });
    this.replies = h('ol', { class: 'replies' });
    this.folded = h('button', { type: 'button', class: 'quiet folded', on: { click: () => deeds.focus(this.id) } });
    this.answer = h('button', { type: 'button', class: 'quiet', data: { act: 'reply' },
      on: { click: () => this.thread && deeds.reply(this.thread, this.thread.root) } }, 'Reply');
    this.slot = h('div', { class: 'slot' });
    this.article = h('article', { 'aria-labelledby': `h-${id}`, tabindex: -1 },
      this.quote, this.now, this.first, this.replies, this.folded, this.slot, this.answer);
    this.el = h('li', { class: 'thread', id: `t-${id}`, data: { key: id } }, this.article);
    this.el.addEventListener('click', event => this.pressed(event));
  }

  /** @param {Event} event */
  pressed(event) {
    const at = event.target instanceof Element ? event.target : null;
    if (!at || at.closest('button, a, form, input, textarea, select')) return;
    if (document.getSelection()?.isCollapsed === false) return;
    this.deeds.focus(this.id);
  }

  /**
   * Takes in what there is; what is to be seen of it comes with fill().
   *
   * @param {Thread} thread
   * @param {View} view
   */
  update(thread, view) {
    this.thread = thread;
    this.view = view;
    this.el.classList.toggle('is-mine', thread.root.author?.id === view.me);
    this.el.classList.toggle('is-private', isHidden(thread.root));
    // what is not in the page now is filled when it comes back
    this.isFilled = this.isFilled && this.el.isConnected;
    if (this.isFilled) this.fill();
  }

  fill() {
    const { thread, view } = this;
    if (!thread || !view) return;
    const { root, replies } = thread;
    this.isFilled = true;
    this.showPassage(root, view);

    arrange(this.first, [this.entry(root, null, view)]);
    const names = new Map([root, ...replies].map(one => [one.id, nameOf(one.author)]));
    arrange(this.replies, replies.map(reply => {
      const to = reply.parent && reply.parent !== root.id ? names.get(reply.parent) ?? null : null;
      return this.entry(reply, to, view);
    }));
    this.folded.textContent = replies.length ? folded(replies) : '';
    this.folded.hidden = replies.length === 0;
    this.answer.hidden = view.me === null || isGone(root) || this.slot.childElementCount > 0;
    const here = new Set([root.id, ...replies.map(reply => reply.id)]);
    for (const id of this.entries.keys()) if (!here.has(id)) this.entries.delete(id);
  }

  /** @param {Annotation} root @param {View} view */
  showPassage(root, view) {
    const state = root.anchor?.state;
    const lost = root.quote !== null && (root.anchor === null || root.anchor.start === null);
    const about = root.quote ? shorten(root.quote.exact, 160) : 'The whole text';
    if (this.quote.textContent !== about) this.quote.textContent = about;
    this.quote.classList.toggle('always', root.quote === null || lost || state === 'ambiguous');
    this.quote.dataset.state = lost ? 'gone' : state ?? '';
    this.showNow(root, view);
  }

  /** The words were changed: then and now in one. @param {Annotation} root @param {View} view */
  showNow({ quote, anchor, suggestion }, view) {
    const { start = null, end = null, state = '' } = anchor ?? {};
    const now = quote && start !== null && end !== null && state === 'changed' && suggestion?.state !== 'accepted' ? view.words(start, end) : null;
    const isOther = now !== null && now !== quote?.exact;
    const sign = isOther ? `${quote?.exact}\u0000${now}` : '';
    this.now.hidden = !isOther;
    if (this.now.dataset.sign === sign) return;
    this.now.dataset.sign = sign;
    const words = h('p', { dir: 'auto' });
    if (isOther) words.append(showDifference(difference(quote?.exact ?? '', now ?? '')));
    this.now.replaceChildren(...(isOther ? [h('p', { class: 'label' }, 'Its words were changed:'), words] : []));
  }

  /**
   * The element of an annotation; the same one as long as nothing in it has changed.
   *
   * @param {Annotation} one
   * @param {string | null} answers
   * @param {View} view
   */
  entry(one, answers, view) {
    const through = one.parent ? [] : view.groups.toName(one);
    const misfit = view.misfits.get(one.id) ?? null;
    const sign = JSON.stringify([one, answers, view.me, view.mayEdit, misfit, view.fresh.has(one.id), through.map(id => view.groups.nameOf(id)),
      view.further.offers(one, view.me).map(({ words }) => words), view.further.decisions(one).map(({ words }) => words),
      (one.held ?? []).map(held => view.further.decisions(one, held).map(({ words }) => words))]);
    const known = this.entries.get(one.id);
    if (known?.sign === sign) return known.el;

    const made = entry(one, { me: view.me, fresh: view.fresh.has(one.id), answers, through, groups: view.groups, further: view.further, mayEdit: view.mayEdit, misfit }, this.deeds);
    const el = one.parent ? h('li', null, made) : made;
    if (known) takeOver(known.el, el);
    this.entries.set(one.id, { sign, el });
    return el;
  }

  /** @param {boolean} on */
  focus(on) {
    this.el.classList.toggle('focused', on);
    if (!on) return;
    if (!this.isFilled) this.fill();
    for (const id of this.entries.keys()) this.view?.fresh.delete(id);
  }

  /** @param {HTMLElement} body */
  more(body) {
    const button = h('button', { type: 'button', class: 'quiet more', 'aria-expanded': 'false' }, 'more');
    button.addEventListener('click', () => {
      const whole = body.classList.toggle('whole');
      button.textContent = whole ? 'less' : 'more';
      button.setAttribute('aria-expanded', String(whole));
      this.deeds.focus(this.id);
    });
    return button;
  }

  /** Opens a form in the card, or closes it. @param {HTMLElement | null} form */
  open(form) {
    this.slot.replaceChildren(...(form ? [form] : []));
    this.answer.hidden = form !== null;
    const field = /** @type {HTMLElement | null | undefined} */ (form?.querySelector('textarea, select, input'));
    field?.focus({ preventScroll: true });
    field?.scrollIntoView({ block: 'nearest' });
  }

  /**
   * The focus to one of its notes; to the card where that is not to be seen.
   *
   * @param {string | null} [id]
   * @param {boolean} [scroll]
   */
  focusOn(id, scroll = true) {
    const entry = this.isFilled && id ? find(`#e-${CSS.escape(id)}`, this.article) : null;
    const to = entry?.checkVisibility?.() ?? entry ? entry : this.article;
    to?.focus({ preventScroll: true });
    if (scroll) to?.scrollIntoView({ block: 'nearest' });
  }

  /** The note that has the focus, or has what has it; else the first. @returns {string} */
  current() {
    const at = document.activeElement?.closest('.entry');
    return at instanceof HTMLElement && this.article.contains(at) ? at.dataset.id ?? this.id : this.id;
  }
}

/**
 * Shows "more" where a body is longer than its room. All is read before anything is written, so
 * that the browser lays out once.
 *
 * @param {Card[]} cards
 */
export function measure(cards) {
  const bodies = cards.flatMap(card => [...card.article.querySelectorAll('.body')].map(body => ({ card, body,
    long: body.classList.contains('whole') || body.scrollHeight > body.clientHeight + 4 })));
  for (const { card, body, long } of bodies) {
    const known = body.nextElementSibling;
    const has = known?.classList.contains('more');
    body.classList.toggle('long', long);
    if (long && !has) body.after(card.more(/** @type {HTMLElement} */ (body)));
    else if (!long && has) known?.remove();
  }
}

/** @param {Annotation[]} replies */
function folded(replies) {
  const names = [...new Set(replies.filter(one => !isGone(one)).map(one => nameOf(one.author)))];
  const who = names.slice(0, 3).join(', ') + (names.length > 3 ? ' and others' : '');
  return `${count(replies.length, 'reply', 'replies')}${who ? ` · ${who}` : ''}`;
}

/**
 * An element was made again under the reader's fingers, as somebody else did something: what they
 * had begun stays begun, and the same button has the focus.
 *
 * @param {HTMLElement} before
 * @param {HTMLElement} after
 */
function takeOver(before, after) {
  if (find('[data-act=react][aria-expanded=true]', before)) find('[data-act=react]', after)?.click();
  if (find('[data-act=delete-yes]', before)) find('[data-act=delete]', after)?.click();

  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !before.contains(active) || !active.dataset.act) return;
  const act = active.dataset.act;
  queueMicrotask(() => find(`[data-act="${CSS.escape(act)}"]`, after)?.focus({ preventScroll: true }));
}
