// One annotation as it stands in a thread: who, when, what, and what one may do with it.

import { h } from './dom.js';
import { fragmentOf } from './safe.js';
import { changeOf, fateOf } from './suggest.js';
import { badge } from './switcher.js';
import { KINDS, REACTIONS, ago, count, exactly } from './words.js';

/** @typedef {import('./store.js').Annotation} Annotation */

/**
 * What the reader may do; the page does it and the store tells of the outcome.
 *
 * @typedef {object} Deeds
 * @property {(annotation: Annotation, reaction: string, on: boolean) => Promise<void>} react
 * @property {(annotation: Annotation) => void} edit
 * @property {(annotation: Annotation) => Promise<void>} remove
 * @property {(annotation: Annotation) => Promise<void>} copyLink
 * @property {(annotation: Annotation) => void} answer
 * @property {(annotation: Annotation) => void} accept a suggestion
 * @property {(annotation: Annotation) => void} reject
 * @property {(annotation: Annotation) => void} review where it stands now
 */

/**
 * @typedef {object} How
 * @property {string | null} me
 * @property {boolean} fresh
 * @property {string | null} answers the name of who is answered, where that is not the thread's first
 * @property {string[]} through the groups through which it is read, where that is to be said
 * @property {import('./groups.js').Groups} groups
 * @property {import('./further.js').Further} further
 * @property {boolean} mayEdit the text
 * @property {string | null} misfit why a suggestion could not be taken in
 */

const ONLY_EMOJI = /^(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}\u200d\ufe0f\u{1f1e6}-\u{1f1ff}]|\s){1,24}$/u;

/**
 * @param {Annotation} one
 * @param {How} how
 * @param {Deeds} deeds
 * @returns {HTMLElement}
 */
export function entry(one, how, deeds) {
  if (isGone(one))
    return h('div', { class: 'entry gone', id: `e-${one.id}`, tabindex: -1, data: { id: one.id } },
      h('p', { class: 'body' }, 'Deleted. The replies stay.'));

  const mine = one.author?.id === how.me;
  return h('div', { class: `entry${mine ? ' is-mine' : ''}`, id: `e-${one.id}`, tabindex: -1, data: { id: one.id } },
    heading(one, how),
    how.through.length ? throughOf(how) : null,
    maskOf(one, how),
    moderated(one, how),
    how.answers ? h('p', { class: 'answers' }, `to ${how.answers}`) : null,
    one.suggestion ? changeOf(one) : null,
    bodyOf(one),
    one.suggestion ? fateOf(one, { may: how.mayEdit && how.me !== null, misfit: how.misfit, accept: () => deeds.accept(one), reject: () => deeds.reject(one) }) : null,
    one.tags?.length ? h('ul', { class: 'tags', 'aria-label': 'Tags' },
      ...one.tags.map(tag => h('li', { dir: 'auto' }, tag))) : null,
    tools(one, mine, how, deeds));
}

/** Its place is not what its author chose, and nothing was said of it yet. @param {Annotation} one */
function isDoubtful({ parent, quote, anchor }) {
  return !parent && quote !== null && anchor !== null && !anchor.confirmed && ['changed', 'ambiguous', 'gone'].includes(anchor.state);
}

/** A tombstone keeps its replies together. @param {Annotation} one */
export function isGone(one) {
  return one.deleted;
}

/** @param {Annotation['author']} author */
export function nameOf(author) {
  return author?.display_name || author?.name || 'Deleted reader';
}

/** @param {Annotation} one @param {How} how */
function heading(one, how) {
  const edited = one.updated_at !== one.created_at && one.version > 1;
  return h('header', null,
    h(one.parent ? 'h4' : 'h3', { class: 'author', id: `h-${one.id}`, dir: 'auto' }, one.author?.mask ?? nameOf(one.author)),
    one.author?.masked ? h('span', { class: 'mask', title: 'A name for this group alone' }, 'mask') : null,
    one.kind in KINDS && one.kind !== 'comment' ? h('span', { class: `kind ${one.kind}` }, KINDS[one.kind]) : null,
    one.draft ? h('span', { class: 'only-me' }, 'draft') : one.visibility === 'private' ? h('span', { class: 'only-me' }, 'only me') : null,
    h('a', { class: 'when', href: `/n/${one.id}`, title: exactly(one.created_at) },
      h('time', { datetime: one.created_at }, ago(one.created_at))),
    edited ? h('span', { class: 'edited', title: `changed ${exactly(one.updated_at)}` }, 'edited') : null,
    how.fresh ? h('span', { class: 'fresh' }, 'new') : null);
}

/** Who is behind a mask, for those who may know. @param {Annotation} one @param {How} how */
function maskOf({ author }, { me }) {
  if (author?.mask) return h('p', { class: 'behind' }, h('bdi', null, nameOf(author)), ' is behind it; only leaders see that.');
  return author?.masked && author.id === me ? h('p', { class: 'behind' }, 'You; the others see the mask.') : null;
}

/** What leaders may have decided of a note. @type {Record<string, string>} */
export const STATES = {
  pending: 'Waits until a leader has looked at it.',
  hidden: 'A leader has hidden it.',
  denied: 'A leader has not approved it.',
  spam: 'A leader takes it for spam.',
};

/** What the leaders have decided, for them and for its author. @param {Annotation} one @param {How} how */
function moderated(one, how) {
  const who = one.author?.id === how.me ? 'you' : 'its author';
  const parts = [
    one.moderation && heldBack(null, one.moderation, `Only ${who} and the leaders see it.`, how.further.decisions(one)),
    ...(one.held ?? []).map(held => heldBack(how.groups.nameOf(held.group), held, `There only ${who} and the leaders see it.`, how.further.decisions(one, held))),
  ].filter(Boolean);
  return parts.length ? h('div', null, ...parts) : null;
}

/** @param {string | null} where a further group @param {{ state: string, note: string | null }} held @param {string} who @param {{ act: string, words: string, deed: () => void }[]} deeds */
function heldBack(where, { state, note }, who, deeds) {
  return h('div', { class: 'moderated' }, h('p', null, where && 'In ', where && h('bdi', null, where), where && ': ', `${STATES[state] ?? ''} ${who}`),
    note ? h('p', null, 'Why: ', h('q', { dir: 'auto' }, note)) : null,
    deeds.length ? h('div', { class: 'row' }, ...deeds.map(({ act, words, deed }) => h('button', { type: 'button', class: 'chip', data: { act }, on: { click: deed } }, words))) : null);
}

/** @param {How} how */
function throughOf({ through, groups }) {
  return h('p', { class: 'through' }, h('span', { class: 'unseen' }, 'in '), ...through.flatMap((id, i) => [
    i ? ', ' : null, badge(groups, id), h('bdi', null, groups.nameOf(id))]));
}

/** @param {Annotation} one */
function bodyOf(one) {
  if (!one.body?.trim()) return null;
  const body = h('div', { class: `body${ONLY_EMOJI.test(one.body) ? ' emoji' : ''}`, dir: 'auto' });
  body.append(fragmentOf(one.body_html ?? ''));
  return body;
}

/**
 * @param {Annotation} one
 * @param {boolean} mine
 * @param {How} how
 * @param {Deeds} deeds
 */
function tools(one, mine, how, deeds) {
  const shown = REACTIONS.filter(({ name }) => (one.reactions?.[name] ?? 0) > 0);
  const chips = shown.map(reaction => chip(one, reaction, deeds, how.me !== null));
  const row = h('div', { class: `row tools${chips.length ? '' : ' no-chips'}` }, ...chips);
  if (how.me === null) return row;

  const rest = REACTIONS.filter(reaction => !shown.includes(reaction))
    .map(reaction => chip(one, reaction, deeds, true));
  const offer = h('span', { class: 'offer', hidden: true }, ...rest);
  const react = button('React', 'react', () => {
    offer.hidden = !offer.hidden;
    react.setAttribute('aria-expanded', String(!offer.hidden));
    if (!offer.hidden) /** @type {HTMLElement | null} */ (offer.firstElementChild)?.focus();
  });
  react.setAttribute('aria-expanded', 'false');
  offer.addEventListener('click', () => react.setAttribute('aria-expanded', 'false')); // one is chosen
  if (one.parent) row.append(button('Reply', 'answer', () => deeds.answer(one)));
  row.append(...(rest.length ? [react, offer] : []), button('Link', 'link', () => deeds.copyLink(one)));
  if (mine && isDoubtful(one)) row.append(button('Its place', 'review', () => deeds.review(one)));
  if (mine) row.append(button('Edit', 'edit', () => deeds.edit(one)), deletion(one, deeds));
  row.append(...more(how.further.offers(one, how.me)));
  return row;
}

/** What is wanted seldom, behind one button. @param {{ act: string, words: string, deed: () => void }[]} offers */
function more(offers) {
  if (offers.length === 0) return [];
  const row = h('span', { class: 'offer', hidden: true }, ...offers.map(({ act, words, deed }) => button(words, act, deed)));
  const open = button('More', 'more', () => {
    row.hidden = !row.hidden;
    open.setAttribute('aria-expanded', String(!row.hidden));
    if (!row.hidden) /** @type {HTMLElement | null} */ (row.firstElementChild)?.focus();
  });
  open.setAttribute('aria-expanded', 'false');
  return [open, row];
}

/**
 * @param {Annotation} one
 * @param {{ name: string, words: string }} reaction
 * @param {Deeds} deeds
 * @param {boolean} may
 */
function chip(one, { name, words }, deeds, may) {
  const on = one.my_reactions?.includes(name) ?? false;
  const n = one.reactions?.[name] ?? 0;
  return h('button', {
    type: 'button', class: 'chip', disabled: !may, data: { act: `react-${name}` },
    'aria-pressed': String(on), title: n ? count(n, 'reader') : null,
    on: { click: () => deeds.react(one, name, !on) },
  }, words, n ? h('span', { class: 'n' }, ` ${n}`) : null);
}

/** Asks once more, in the same place. @param {Annotation} one @param {Deeds} deeds */
function deletion(one, deeds) {
  const holder = h('span', { class: 'deletion' });
  const ask = button('Delete', 'delete', () => {
    const yes = button('Yes, delete', 'delete-yes', () => deeds.remove(one));
    yes.classList.add('danger');
    const no = button('Keep', 'delete-no', () => {
      holder.replaceChildren(ask);
      ask.focus();
    });
    holder.replaceChildren(yes, no);
    yes.focus();
  });
  holder.append(ask);
  return holder;
}

/** @param {string} words @param {string} act @param {() => void} onClick */
function button(words, act, onClick) {
  return h('button', { type: 'button', class: 'quiet', data: { act }, on: { click: onClick } }, words);
}
