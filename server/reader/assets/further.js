// What else can be done with a note: telling the leaders, not reading its author any more, deciding
// about it as a leader, showing it to a further group.

import { Problem, request } from './api.js';
import { h, say } from './dom.js';
import { isGone, nameOf } from './entry.js';
import { isHidden } from './groups.js';
import { REASONS } from './words.js';

/** @typedef {import('./store.js').Annotation} Annotation */

/** @type {Record<string, string>} */
const DECISIONS = { hidden: 'Hide', denied: 'Do not approve', spam: 'It is spam', approved: 'Approve' };

export class Further {
  /** @param {import('./deeds.js').Deeds} deeds */
  constructor(deeds) {
    this.deeds = deeds;
  }

  get groups() {
    return this.deeds.groups;
  }

  /**
   * What is offered on one note: a name for the button, its words, what it does.
   *
   * @param {Annotation} one
   * @param {string | null} me
   * @returns {{ act: string, words: string, deed: () => void }[]}
   */
  offers(one, me) {
    if (me === null || isGone(one)) return [];
    const mine = one.author?.id === me;
    const group = this.groups.known.get(one.group);
    const offers = [];
    if (mine && this.showable(one).length)
      offers.push({ act: 'show-in', words: 'Show in…', deed: () => this.showIn(one) });
    if (!mine && group && !['mine', 'pair'].includes(group.kind))
      offers.push({ act: 'flag', words: 'Flag…', deed: () => this.flag(one) });
    if (!mine && one.author)
      offers.push({ act: 'mute', words: `Mute ${nameOf(one.author)}`, deed: () => this.mute(one) });
    if (this.mayModerate(one) && !one.moderation && !one.held?.some(({ group: id }) => id === one.group))
      offers.push({ act: 'hide', words: 'Hide…', deed: () => this.decide(one, 'hidden') });
    for (const id of this.shownIn(one))
      if (!mine && this.groups.may(id, 'moderate') && !one.held?.some(held => held.group === id))
        offers.push({ act: `hide-${id}`, words: `Hide in ${this.groups.nameOf(id)}…`, deed: () => this.decide(one, 'hidden', id) });
    return offers;
  }

  /** Further groups in which it is shown. @param {Annotation} one @returns {string[]} */
  shownIn(one) {
    return (one.groups ?? []).map(group => typeof group === 'string' ? group : group.id);
  }

  /**
   * Decisions that wait or can be taken back, at once on the card: of its own group, or of a further one.
   *
   * @param {Annotation} one
   * @param {{ group: string, state: string }} [held] in a further one
   */
  decisions(one, held) {
    const now = held ?? one.moderation;
    const may = held ? this.groups.may(held.group, 'moderate') && !isHidden(one) : this.mayModerate(one);
    if (!now || !may) return [];
    const states = now.state === 'pending' ? ['approved', 'denied', 'spam'] : ['approved'];
    return states.map(state => ({ act: `decide-${state}${held ? `-${held.group}` : ''}`,
      words: state !== 'approved' ? `${DECISIONS[state]}…` : now.state === 'pending' ? 'Approve' : 'Show it again',
      deed: () => state === 'approved' ? this.settle(one, state, null, held?.group) : this.decide(one, state, held?.group) }));
  }

  /** @param {Annotation} one */
  mayModerate(one) {
    return this.groups.may(one.group, 'moderate') && !isHidden(one);
  }

  /** Further groups in which its author can show it, or no longer. @param {Annotation} one */
  showable(one) {
    if (one.parent || isHidden(one) || one.author?.masked) return [];
    return this.groups.writable().filter(({ id, kind }) => id !== one.group && kind !== 'pair');
  }

  // -- forms in the card --------------------------------------------------------------------------

  /** @param {Annotation} one */
  flag(one) {
    const reason = select('Why', REASONS);
    const note = line('A word to the leaders (may be left out)');
    this.form(one, `Tell the leaders of ${this.groups.nameOf(one.group)} that this should not be there. Its author does not learn of it.`,
      'Tell them', [reason, note], async () => {
        await request('POST', `/annotations/${one.id}/flags`, { json: { reason: reason.value, note: note.value.trim() || null } });
        this.deeds.tell('The leaders are told.');
      });
  }

  /** @param {Annotation} one @param {string} state @param {string} [group] a further one */
  decide(one, state, group) {
    const note = line('Why, for its author and the leaders');
    const words = state === 'hidden' ? 'Only its author and the leaders will see it, and the replies below it.' : 'Only its author and the leaders see it, as now.';
    const where = group ? `In ${this.groups.nameOf(group)} alone. ` : '';
    this.form(one, `${where}${words}`, DECISIONS[state], [note], () => this.settle(one, state, note.value.trim() || null, group));
  }

  /** @param {Annotation} one @param {string} state @param {string | null} note @param {string} [group] a further one */
  async settle(one, state, note, group) {
    try {
      const { data } = await request('PUT', `/annotations/${one.id}/moderation`, { json: { state, note, ...(group && { group }) } });
      this.deeds.store.merge([data]);
      await this.deeds.reader.live.reload(false);
      say(state === 'approved' ? 'It is shown' : 'Done');
    } catch (why) {
      this.deeds.complain(why);
    }
  }

  /** @param {Annotation} one */
  showIn(one) {
    const shown = new Set(this.shownIn(one));
    const boxes = this.showable(one).map(({ id }) => {
      const box = /** @type {HTMLInputElement} */ (h('input', { type: 'checkbox', value: id }));
      box.checked = shown.has(id);
      return box;
    });
    const labels = boxes.map(box => h('label', { class: 'inline' }, box, h('bdi', null, this.groups.nameOf(box.value))));
    this.form(one, `It is at home in ${this.groups.nameOf(one.group)}. Show it also in:`, 'Save', labels, async () => {
      for (const { value, checked } of boxes) {
        if (checked === shown.has(value)) continue;
        await request(checked ? 'PUT' : 'DELETE', `/annotations/${one.id}/groups/${value}`);
      }
      const { data } = await request('GET', `/annotations/${one.id}`);
      this.deeds.store.merge([data]);
      say('Saved');
    });
  }

  /** @param {Annotation} one */
  async mute(one) {
    const { author } = one;
    if (!author) return;
    try {
      await request('PUT', `/me/mutes/${author.id}`);
      await this.deeds.reader.live.reload(false);
      this.deeds.focus(null);
      this.deeds.tell(`You do not see what ${nameOf(author)} writes any more. They do not learn of it.`, 12000, { words: 'Undo', deed: async () => {
        await request('DELETE', `/me/mutes/${author.id}`);
        await this.deeds.reader.live.reload(false);
      } });
    } catch (why) {
      this.deeds.complain(why);
    }
  }

  /**
   * @param {Annotation} one
   * @param {string} words
   * @param {string} send
   * @param {HTMLElement[]} fields
   * @param {() => Promise<void>} deed
   */
  form(one, words, send, fields, deed) {
    const { reader, store } = this.deeds;
    const card = reader.cardOf(store.threadIdOf(one.id) ?? '');
    if (!card) return;
    store.focus(card.id);
    const fault = h('p', { class: 'fault', role: 'alert', hidden: true });
    const button = /** @type {HTMLButtonElement} */ (h('button', { type: 'submit', class: 'main' }, send));
    const close = () => {
      card.open(null);
      card.focusOn(one.id);
    };
    const el = h('form', { class: 'composer further', 'data-tool': true, 'aria-label': send }, h('p', null, words), ...fields, fault,
      h('div', { class: 'row' }, button, h('button', { type: 'button', class: 'quiet', on: { click: close } }, 'Cancel')));
    el.addEventListener('submit', async event => {
      event.preventDefault();
      button.disabled = true;
      try {
        await deed();
        close();
      } catch (why) {
        if (!(why instanceof Problem)) throw why;
        fault.textContent = why.message;
        fault.hidden = false;
      } finally {
        button.disabled = false;
      }
    });
    el.addEventListener('keydown', event => {
      if (event.key !== 'Escape' || event.isComposing) return;
      event.preventDefault();
      event.stopPropagation();
      close();
    });
    card.open(el);
  }
}

/** @param {string} name @param {string[][]} options */
function select(name, options) {
  return /** @type {HTMLSelectElement} */ (h('select', { 'aria-label': name }, ...options.map(([value, words]) => h('option', { value }, words))));
}

/** @param {string} name */
function line(name) {
  return /** @type {HTMLInputElement} */ (h('input', { type: 'text', 'aria-label': name, placeholder: name, maxlength: 2000, dir: 'auto' }));
}
