// The form in which a text is edited. What is typed is kept in the browser at each pause; where
// somebody was faster, nothing is overwritten and nothing is lost: both are shown, and put together
// where they can be.

import './page.js';
import { Problem, request } from './api.js';
import { difference, showDifference, together } from './difference.js';
import { find, h, say } from './dom.js';
import { Draft } from './drafts.js';
import { follow, inWords, keepReport, look, revise, reviseLater, stageInWords } from './revise.js';
import { exactly } from './words.js';

const main = /** @type {HTMLElement} */ (find('#main'));
const form = /** @type {HTMLFormElement} */ (find('#edit'));
const area = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('text'));
const note = /** @type {HTMLInputElement} */ (form.elements.namedItem('note'));
const send = /** @type {HTMLButtonElement} */ (find('button.main', form));
const fault = /** @type {HTMLElement} */ (find('.fault', form));
const notice = /** @type {HTMLElement} */ (find('#faster'));
const progress = /** @type {HTMLElement} */ (find('#saving'));
const { document: id = '', revision = '' } = main.dataset;
const path = `/documents/${id}`;
const draft = new Draft('text');

/** What was typed in another tab, when this one has begun to keep its own. */
const other = new Draft('text:other');

/** Whose a draft is: this tab's, or the one that it went on from, as that was then. */
const tab = `${Date.now()}.${Math.random()}`;
/** @type {number | undefined} */
let resumed;

/** Longer texts are saved by a job: carrying what stands on them may take seconds. */
const LONG_CHARS = 20000;

/** The revision that the words in the form were made from, and its source. */
let base = revision;
let source = area.value;
const firstSource = source;

for (const field of [area, send]) field.disabled = false;
resume();
form.addEventListener('input', () => keep());
form.addEventListener('submit', event => {
  event.preventDefault();
  save();
});
form.addEventListener('keydown', event => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  save();
});
document.documentElement.dataset.ready = 'true';

/** @param {object} [more] of what is being done with it */
function keep(more) {
  const kept = draft.kept();
  const isOthers = !isOurs(kept);
  if (area.value === source && note.value === '' && !more) return isOthers ? undefined : draft.drop();
  if (kept && isOthers) {
    other.keep(kept);
    other.write();
  }
  draft.keep(/** @type {any} */ ({ body: area.value, note: note.value, base, tab, ...more }));
}

/** @param {any} kept */
function isOurs(kept) {
  return !kept || kept.tab === tab || (resumed !== undefined && kept.at === resumed);
}

/** What this tab has kept is not wanted any more; what another has, stays. */
function drop() {
  draft.write();
  for (const one of [draft, other]) if (isOurs(one.kept())) one.drop();
}

/** What was not saved the last time is there again. */
function resume() {
  const kept = /** @type {any} */ (draft.kept() ?? other.kept());
  if (!kept || (kept.body === source && !kept.job)) return;
  resumed = kept.at;
  area.value = kept.body;
  note.value = kept.note ?? '';
  if (kept.job) return void goOnSaving(kept);
  offer(kept);
}

/** It was being saved when the page was left. @param {any} kept */
async function goOnSaving(kept) {
  let job;
  try {
    job = await look(kept.job);
  } catch {
    return offer(kept); // nobody knows of it any more
  }
  base = kept.base;
  await saving(() => follow(job, tell));
}

/** @param {any} kept */
function offer(kept) {
  const discard = h('button', { type: 'button', class: 'chip', on: { click: () => location.reload() } }, 'Discard it');
  discard.addEventListener('click', drop, { capture: true });
  const further = other.kept();
  const shown = further && !isOurs(further) && button('Show what you wrote in another tab', () => {
    keepAside(further.body ?? '', 'What you wrote in another tab');
    other.drop();
  });
  show('This is what you wrote here and did not save. ', discard, ' ', shown);
  if (kept.base && kept.base !== revision) {
    base = kept.base;
    meet({ id: revision });
  }
}

async function save() {
  if (send.disabled) return;
  // the form's line breaks may not be those that were put in: the words say whether it is the same
  if (area.value === source) return show('The text is the same as before, so there is nothing to save.');
  const query = note.value.trim() ? `?note=${encodeURIComponent(note.value.trim())}` : '';
  const call = { text: area.value, type: form.dataset.type };
  const isLong = area.value.length > LONG_CHARS;
  say('Saving…');
  await saving(() => (isLong ? reviseLater(`${path}/revisions${query}`, call, base, tell) : revise(`${path}/revisions${query}`, call, base)));
}

/** Shows how far a job is; who leaves meanwhile finds it when they come back. @param {import('./revise.js').Job} job */
function tell(job) {
  if (progress.hidden) {
    keep({ job: job.id });
    draft.write();
  }
  const words = stageInWords(job);
  const counts = job.stage === 'carry' && job.total > 0;
  const bar = /** @type {HTMLProgressElement} */ (find('progress', progress));
  progress.hidden = false;
  if (counts) [bar.max, bar.value] = [job.total, job.done];
  else bar.removeAttribute('value');
  /** @type {HTMLElement} */ (find('span', progress)).textContent = words;
  // each stage once, not each number
  if (progress.dataset.stage !== job.stage) say(words);
  progress.dataset.stage = job.stage;
}

/** @param {() => Promise<import('./revise.js').Revised>} act */
async function saving(act) {
  fault.hidden = true;
  for (const field of [area, note]) field.readOnly = true;
  send.disabled = true;
  try {
    const revised = await act();
    drop();
    if (revised.unchanged) return show('The text is the same as before, so there is nothing to save.');
    keepReport(id, base, revised);
    say(inWords(revised.anchors));
    location.assign(`/d/${id}`);
  } catch (why) {
    if (!(why instanceof Problem)) throw why;
    if (why.status === 412 && why.problem.current) return void await meet(why.problem.current);
    fault.textContent = why.message;
    fault.hidden = false;
    keep();
  } finally {
    for (const field of [area, note]) field.readOnly = false;
    send.disabled = false;
    progress.hidden = true;
  }
}

// -- somebody was faster -----------------------------------------------------------------------------

/**
 * @param {{ id: string }} theirs the revision that stands now
 */
async function meet({ id: newest }) {
  try {
    const { data: now } = await request('GET', `/revisions/${newest}`);
    const words = newest === revision ? firstSource : await sourceNow();
    showTheirs(now, words, base === revision ? source : null);
  } catch (why) {
    if (!(why instanceof Problem)) throw why;
    show(`Somebody has changed this text meanwhile. Your words are kept here. ${why.message}`);
  }
}

/** @returns {Promise<string>} as the form would hold it */
async function sourceNow() {
  const response = await fetch(`/api/v1${path}/original`, { credentials: 'same-origin' });
  if (!response.ok) throw new Problem(response.status, {});
  const charset = /charset="?([^";]+)/i.exec(response.headers.get('Content-Type') ?? '')?.[1] ?? 'utf-8';
  return new TextDecoder(charset).decode(await response.arrayBuffer()).replace(/\r\n?/g, '\n');
}

/**
 * @param {any} now
 * @param {string} theirs
 * @param {string | null} was what both were made from, where that is known
 */
function showTheirs(now, theirs, was) {
  const mine = area.value;
  const both = was === null ? null : together(was, mine, theirs);
  const goOn = (/** @type {string} */ words, /** @type {string} */ said) => {
    base = now.id;
    source = theirs;
    area.value = words;
    keep();
    show(said, words === mine || words === theirs ? '' : ' Look it over, then save.');
    area.focus();
  };
  const who = now.author?.display_name ?? 'Somebody';
  show(
    h('strong', null, h('bdi', null, who), ` was faster: revision ${now.number} was saved ${exactly(now.created_at)}.`), ' ',
    now.note ? h('q', { dir: 'auto' }, now.note) : null,
    ' Your words are still in the form, and nothing of either is lost.',
    h('div', { class: 'row' },
      both === null ? null : button('Put both together', () => goOn(both, 'Both are in the form now.')),
      button('Save mine in its place', () => {
        goOn(mine, 'Yours takes the place of theirs when you save; theirs stays in the history.');
        save();
      }),
      button('Go on from theirs', () => {
        keepAside(mine);
        goOn(theirs, 'The form has their text now; yours stands below it.');
      }),
      h('a', { href: `/d/${id}/diff?from=${base}&to=${now.id}`, target: '_blank', rel: 'noopener' }, 'What they changed, on a page of its own')),
    both === null && was !== null ? h('p', null, 'Both of you changed the same lines, so they cannot be put together by themselves.') : null,
    h('details', { class: 'more', open: true }, h('summary', null, was === null ? 'How yours differs from theirs' : 'What they changed'),
      h('div', { class: 'difference', dir: 'auto' }, showDifference(was === null ? difference(theirs, mine) : difference(was, theirs)))));
}

/** @param {string} words @param {() => void} deed */
function button(words, deed) {
  return h('button', { type: 'button', on: { click: deed } }, words);
}

/** What one wrote, to be copied from. @param {string} words @param {string} [label] */
function keepAside(words, label = 'What you wrote') {
  find('#aside')?.remove();
  const field = /** @type {HTMLTextAreaElement} */ (h('textarea', { rows: 10, readonly: true, dir: 'auto' }));
  field.value = words;
  form.append(h('label', { id: 'aside' }, label, field));
}

/** @param {...import('./dom.js').Child} words */
function show(...words) {
  notice.replaceChildren(...words.filter(one => one !== null && one !== undefined && one !== false && one !== ''));
  notice.hidden = false;
  notice.scrollIntoView({ block: 'nearest' });
}
