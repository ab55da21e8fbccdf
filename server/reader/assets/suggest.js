// Suggestions: other words for a passage, shown beside those that are there. Who may edit the text
// takes them in, one or several at once, or turns them down with a word why.

import { Problem, request } from './api.js';
import { composer } from './compose.js';
import { difference, showDifference } from './difference.js';
import { find, h, say } from './dom.js';
import { nameOf } from './entry.js';
import { keepReport, revise } from './revise.js';
import { count, shorten } from './words.js';

/** @typedef {import('./store.js').Annotation} Annotation */

/** The words there, and those suggested. @param {Annotation} one */
export function changeOf(one) {
  const replacement = one.suggestion?.replacement ?? '';
  const out = h('p', { class: 'suggested', dir: 'auto' });
  out.append(showDifference(difference(one.quote?.exact ?? '', replacement)));
  return out;
}

/**
 * What became of it, and what can become of it. What is held back is decided on once it is approved.
 *
 * @param {Annotation} one
 * @param {{ may: boolean, misfit: string | null, accept: () => void, reject: () => void }} how
 */
export function fateOf(one, { may, misfit, accept, reject }) {
  const settled = one.suggestion && fateInWords(one.suggestion);
  if (settled) {
    const { revision } = one.suggestion;
    if (revision) settled.append(' ', h('a', { href: `/d/${one.document}@${revision}` }, 'See the revision'));
    return settled;
  }
  if (!may || !isOpen(one)) return null;
  return h('div', null, misfit && h('p', { class: 'fault misfit', dir: 'auto' }, misfit), h('div', { class: 'row fate' },
    h('button', { type: 'button', class: 'chip', data: { act: 'accept' }, on: { click: accept } }, 'Accept'),
    h('button', { type: 'button', class: 'chip', data: { act: 'reject' }, on: { click: reject } }, 'Reject')));
}

/** What was decided, by whom and why; null: nothing yet. @param {any} suggestion as the API gives it */
export function fateInWords({ state, by, reason }) {
  if (state === 'open') return null;
  return h('p', { class: 'fate' }, state === 'accepted' ? 'Taken into the text' : 'Not taken', by ? ' by ' : '', by ? h('bdi', null, nameOf(by)) : null,
    reason ? ': ' : '.', reason ? h('q', { dir: 'auto' }, reason) : null);
}

/** Can it be decided on? @param {Annotation} one */
function isOpen(one) {
  return one.suggestion?.state === 'open' && !one.draft && one.visibility !== 'private' && !one.moderation;
}

/** Why a passage that was found again may not be the one that was meant. @type {Record<string, string>} */
const DOUBTS = {
  changed: 'Its words were changed.',
  gone: 'Its words are no longer in the text.',
  ambiguous: 'It is not certain where its words stand now.',
};

/** What speaks against it before it is tried. @param {Annotation} one */
function doubtOf({ anchor }) {
  return anchor?.confirmed ? '' : DOUBTS[anchor?.state ?? ''] ?? '';
}

export class Suggestions {
  /** @param {any} reader the page */
  constructor(reader) {
    this.reader = reader;
    /** @type {Map<string, string>} why some could not be taken in; the text that comes next forgets it */
    this.misfits = new Map();
  }

  get page() {
    return this.reader.page;
  }

  /** Those that stand open, in the order of the text. @returns {Annotation[]} */
  open() {
    return this.reader.store.threads().map((/** @type {any} */ thread) => thread.root)
      .filter(isOpen);
  }

  /** The way to all of them, in the text's menu. */
  offer() {
    const menu = find('.text .menu ul');
    find('.suggestions-of-text', menu ?? undefined)?.remove();
    const n = this.open().length;
    if (!menu || n === 0 || !this.page.mayEdit) return;
    menu.prepend(h('li', { class: 'suggestions-of-text' }, h('button', { type: 'button', class: 'quiet', on: { click: () => {
      menu.closest('details')?.removeAttribute('open');
      this.list();
    } } }, `Take in suggestions (${n})`)));
  }

  /** @param {Annotation} one */
  async accept(one) {
    try {
      this.taken(await revise(`/annotations/${one.id}/accept`, {}, this.page.revision), one.id);
    } catch (why) {
      if (!(why instanceof Problem)) throw why;
      const misfits = this.misfitsOf(why, [one.id]);
      if (misfits.size === 0) return this.reader.deeds.tell(wordsFor(why), 12000);
      say(`Nothing was changed. ${misfits.get(one.id)}`);
    }
  }

  /** The text is another now, and is loaded anew. @param {import('./revise.js').Revised} revised @param {string} [id] */
  taken(revised, id) {
    keepReport(this.page.document, this.page.revision, revised);
    if (id) history.replaceState(null, '', `#n=${id}`);
    this.reader.revised.load();
  }

  /**
   * Which of them do not fit, and why; their cards say so.
   *
   * @param {Problem} why
   * @param {string[]} ids as they were sent
   * @returns {Map<string, string>}
   */
  misfitsOf({ problem }, ids) {
    const conflicts = new Map((problem.conflicts ?? []).map((/** @type {any} */ one) => [one.annotation, one]));
    const found = new Map();
    for (const { pointer, code, detail } of problem.errors ?? []) {
      const id = pointer ? ids[Number(/^\/ids\/(\d+)$/.exec(pointer)?.[1] ?? NaN)] : ids.length === 1 ? ids[0] : undefined;
      if (id) found.set(id, misfit(code, detail, conflicts.get(id)?.now, this.reader.store.annotations.get(id), this.page.me));
    }
    for (const [id, words] of found) this.misfits.set(id, words);
    if (found.size > 0) this.reader.renew();
    return found;
  }

  /** @param {Annotation} one */
  reject(one) {
    const card = this.reader.cardOf(one.id);
    if (!card) return;
    this.reader.store.focus(one.id);
    card.open(composer({
      draft: `reject:${one.id}`,
      label: 'Why not? (it can be left empty)',
      send: 'Reject',
      mayBeEmpty: true,
      onSend: async ({ body }) => {
        const { data } = await request('POST', `/annotations/${one.id}/reject`, { json: { ...(body?.trim() && { reason: body.trim() }) } });
        card.open(null);
        this.reader.store.merge([data]);
        card.focusOn(one.id);
        say('Rejected');
      },
      onCancel: () => {
        card.open(null);
        card.focusOn(one.id);
      },
    }));
  }

  // -- several at once ----------------------------------------------------------------------------

  list() {
    const all = this.open();
    const rows = new Map(all.map(one => [one.id, this.row(one)]));
    const note = /** @type {HTMLInputElement} */ (h('input', { type: 'text', maxlength: 1000, dir: 'auto', autocomplete: 'off' }));
    const fault = h('p', { class: 'fault', role: 'alert', hidden: true });
    const send = h('button', { type: 'submit', class: 'main' }, all.length === 1 ? 'Take it in' : 'Take them in');
    const form = h('form', { class: 'fields' },
      h('ul', { class: 'list cards' }, ...[...rows.values()].map(({ el }) => el)),
      h('label', null, 'What it is about', note, h('span', { class: 'note' }, 'For the text’s history; it can be left empty.')),
      fault,
      h('div', { class: 'row' }, send, h('button', { type: 'button', class: 'quiet', on: { click: () => dialog.close() } }, 'Never mind')));
    const dialog = /** @type {HTMLDialogElement} */ (h('dialog', { class: 'ask suggestions', 'aria-labelledby': 'suggestions-title' },
      h('h2', { id: 'suggestions-title', tabindex: -1, autofocus: true }, count(all.length, 'suggestion')),
      h('p', { class: 'hint' }, `${all.length === 1 ? 'It goes' : 'Those that are ticked go'} into the text as ${all.length === 1 ? 'a' : 'one'} new revision, with credit to who suggested ${all.length === 1 ? 'it' : 'them'}.`), form));
    const tell = (/** @type {string} */ words) => {
      fault.textContent = words;
      fault.hidden = words === '';
    };
    form.addEventListener('submit', async event => {
      event.preventDefault();
      if (send.hasAttribute('aria-disabled')) return;
      const ids = all.map(({ id }) => id).filter(id => rows.get(id)?.box.checked);
      if (ids.length === 0) return tell('Tick those that are to go into the text.');
      tell('');
      send.setAttribute('aria-disabled', 'true');
      try {
        this.taken(await revise(`/documents/${this.page.document}/suggestions/accept`,
          { json: { ids, ...(note.value.trim() && { note: note.value.trim() }) } }, this.page.revision));
      } catch (why) {
        if (!(why instanceof Problem)) throw why;
        const misfits = this.misfitsOf(why, ids);
        for (const [id, words] of misfits) rows.get(id)?.tell(words);
        tell(misfits.size ? leftOut(misfits.size, ids.length) : wordsFor(why));
      } finally {
        send.removeAttribute('aria-disabled');
      }
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      find('.text .menu summary')?.focus();
    });
    document.body.append(dialog);
    dialog.showModal();
  }

  /** One to be ticked; what does not fit is not, until the reader says otherwise. @param {Annotation} one */
  row(one) {
    const box = /** @type {HTMLInputElement} */ (h('input', { type: 'checkbox', value: one.id, 'aria-describedby': `fit-${one.id}` }));
    const fault = h('p', { class: 'fault', id: `fit-${one.id}`, dir: 'auto', hidden: true });
    const tell = (/** @type {string} */ words) => {
      box.checked = words === '';
      fault.textContent = words;
      fault.hidden = words === '';
    };
    tell(this.misfits.get(one.id) ?? doubtOf(one));
    const body = one.body?.trim();
    const el = h('li', null, h('label', { class: 'inline choice' }, box, h('span', null, changeOf(one),
      h('span', { class: 'note' }, h('bdi', null, nameOf(one.author)), body ? ': ' : '', body ? shorten(body, 120) : ''))), fault);
    return { el, box, tell };
  }
}

/** @type {Record<string, string>} */
const CONFLICTS = {
  changed: 'It does not fit any more: its passage reads otherwise.',
  gone: 'It does not fit any more: its passage is no longer in the text.',
  ambiguous: 'It is not certain which passage it is about: its words stand in several places.',
  overlaps: 'It overlaps another that is ticked: take in one of them.',
};

/**
 * Why one cannot be taken in, the passage as it is, and what helps.
 *
 * @param {string} code
 * @param {string} detail
 * @param {any} now
 * @param {Annotation | undefined} one
 * @param {string | null} me
 */
function misfit(code, detail, now, one, me) {
  const who = one?.author && one.author.id === me ? 'you say' : `${nameOf(one?.author ?? null)} says`;
  const reads = now && code !== 'overlaps' && now.exact !== one?.quote?.exact ? `It says now: “${shorten(now.exact, 200)}”.` : '';
  const help = now && code !== 'overlaps' ? `Once ${who} that it is meant for this place, it can be taken in.` : '';
  return [CONFLICTS[code] ?? detail, reads, help].filter(Boolean).join(' ');
}

/** @param {number} unfit @param {number} all */
function leftOut(unfit, all) {
  if (unfit === all) return all === 1 ? 'Nothing was changed: it does not fit.' : 'Nothing was changed: none of them fits.';
  const rest = all - unfit;
  return `Nothing was changed: ${unfit} of them ${unfit === 1 ? 'does' : 'do'} not fit and ${unfit === 1 ? 'is' : 'are'} not ticked any more. Once more, and the other ${rest === 1 ? 'one goes' : `${rest} go`} in.`;
}

/** @param {Problem} why */
function wordsFor(why) {
  return why.status === 412 ? 'The text was changed meanwhile. Show the new text, then decide.' : why.message;
}
