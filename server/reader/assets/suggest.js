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

/** What became of it, and what can become of it. @param {Annotation} one @param {{ may: boolean, accept: () => void, reject: () => void }} deeds */
export function fateOf(one, { may, accept, reject }) {
  const { state, by, reason, revision } = one.suggestion ?? { state: 'open', by: null, reason: null, revision: null };
  if (state === 'accepted')
    return h('p', { class: 'fate' }, 'Taken into the text', by ? [' by '] : '', by ? h('bdi', null, nameOf(by)) : null,
      revision ? h('a', { href: `/d/${one.document}@${revision}` }, ', see the revision') : null);
  if (state === 'rejected')
    return h('p', { class: 'fate' }, 'Not taken', by ? ' by ' : '', by ? h('bdi', null, nameOf(by)) : null, reason ? ': ' : '.', reason ? h('q', { dir: 'auto' }, reason) : null);
  if (!may || one.draft || one.visibility === 'private') return null;
  return h('div', { class: 'row fate' },
    h('button', { type: 'button', class: 'chip', data: { act: 'accept' }, on: { click: accept } }, 'Accept'),
    h('button', { type: 'button', class: 'chip', data: { act: 'reject' }, on: { click: reject } }, 'Reject'));
}

export class Suggestions {
  /** @param {any} reader the page */
  constructor(reader) {
    this.reader = reader;
  }

  get page() {
    return this.reader.page;
  }

  /** Those that stand open, in the order of the text. @returns {Annotation[]} */
  open() {
    return this.reader.store.threads().map((/** @type {any} */ thread) => thread.root)
      .filter((/** @type {Annotation} */ one) => one.suggestion?.state === 'open' && !one.draft && one.visibility !== 'private');
  }

  /** The way to all of them, in the text's menu. */
  offer() {
    const menu = find('.text .menu ul');
    find('.suggestions-of-text', menu ?? undefined)?.remove();
    const n = this.open().length;
    if (!menu || n === 0 || !this.page.mayEdit) return;
    menu.prepend(h('li', { class: 'suggestions-of-text' }, h('button', { type: 'button', class: 'quiet', on: { click: () => this.list() } },
      `Take in suggestions (${n})`)));
  }

  /** @param {Annotation} one */
  async accept(one) {
    try {
      this.taken(await revise(`/annotations/${one.id}/accept`, {}, this.page.revision), one.id);
    } catch (why) {
      if (!(why instanceof Problem)) throw why;
      this.reader.deeds.tell(this.wordsFor(why), 12000);
    }
  }

  /** The text is another now, and is loaded anew. @param {import('./revise.js').Revised} revised @param {string} [id] */
  taken(revised, id) {
    keepReport(this.page.document, this.page.revision, revised);
    if (id) history.replaceState(null, '', `#n=${id}`);
    this.reader.revised.load();
  }

  /** @param {Problem} why */
  wordsFor(why) {
    if (why.status === 412) return 'The text was changed meanwhile. Show the new text, then decide.';
    const [first] = conflictsOf(why);
    if (first && this.open().length > 0) return `${first.words} Nothing was changed.`;
    return why.message;
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
    const send = h('button', { type: 'submit', class: 'main' }, 'Take them in');
    const form = h('form', { class: 'fields' },
      h('ul', { class: 'list cards' }, ...rows.values()),
      h('label', null, 'What it is about', note, h('span', { class: 'note' }, 'For the text’s history; it can be left empty.')),
      fault,
      h('div', { class: 'row' }, send, h('button', { type: 'button', class: 'quiet', on: { click: () => dialog.close() } }, 'Never mind')));
    const dialog = /** @type {HTMLDialogElement} */ (h('dialog', { class: 'ask suggestions', 'aria-labelledby': 'suggestions-title' },
      h('h2', { id: 'suggestions-title', tabindex: -1, autofocus: true }, count(all.length, 'suggestion')),
      h('p', { class: 'hint' }, 'Those that are ticked go into the text as one new revision, with credit to who suggested them.'), form));
    const chosen = () => [...rows].filter(([, row]) => row.querySelector('input')?.checked).map(([id]) => id);
    const say_ = (/** @type {string} */ words) => {
      fault.textContent = words;
      fault.hidden = words === '';
    };
    form.addEventListener('submit', async event => {
      event.preventDefault();
      for (const old of form.querySelectorAll('li .fault')) old.remove();
      const ids = chosen();
      if (ids.length === 0) return say_('Tick those that are to go into the text.');
      say_('');
      send.setAttribute('disabled', '');
      try {
        this.taken(await revise(`/documents/${this.page.document}/suggestions/accept`,
          { json: { ids, ...(note.value.trim() && { note: note.value.trim() }) } }, this.page.revision));
      } catch (why) {
        if (!(why instanceof Problem)) throw why;
        say_(why.problem.conflicts ? 'Nothing was changed: some do not fit.' : this.wordsFor(why));
        for (const conflict of conflictsOf(why)) rows.get(conflict.id)?.append(h('p', { class: 'fault' }, conflict.words));
      } finally {
        send.removeAttribute('disabled');
      }
    });
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  /** @param {Annotation} one */
  row(one) {
    const box = /** @type {HTMLInputElement} */ (h('input', { type: 'checkbox', value: one.id }));
    box.checked = true;
    return h('li', null, h('label', { class: 'inline choice' }, box, h('span', null, changeOf(one),
      h('span', { class: 'note' }, h('bdi', null, nameOf(one.author)), one.body?.trim() ? ': ' : '', one.body?.trim() ? shorten(one.body, 120) : ''))));
  }
}

/** @type {Record<string, string>} */
const CONFLICTS = {
  changed: 'The passage reads otherwise by now.',
  gone: 'The passage is no longer in the text.',
  ambiguous: 'It is not certain where the passage stands now.',
  overlaps: 'It is about the same words as another that is ticked.',
};

/** What stands against each, as far as it was said. @param {Problem} why @returns {{ id: string, words: string }[]} */
function conflictsOf({ problem }) {
  return (problem.conflicts ?? []).map((/** @type {any} */ one) => ({
    id: one.annotation,
    words: [CONFLICTS[one.code] ?? 'It does not fit any more.', one.code === 'changed' && one.now ? `It says now: “${shorten(one.now.exact, 120)}”` : ''].filter(Boolean).join(' '),
  }));
}
