// A group's page. What the reader may do there is in `may` of the group's JSON: a control that is
// not in it does not stand here.

import './page.js';
import { Problem, request } from './api.js';
import { find } from './dom.js';
import { copyButtons } from './forms.js';
import { Parts } from './parts.js';
import { requests } from './group_asked.js';
import { invitations } from './group_invite.js';
import { joining } from './group_join.js';
import { members } from './group_members.js';
import { settings } from './group_settings.js';
import { self } from './group_self.js';
import { texts } from './group_texts.js';
import { moderation } from './group_watch.js';

/**
 * @typedef {object} Place
 * @property {any} group its JSON
 * @property {string} path of it in the API
 * @property {string} me the reader's id, '' for who has not signed in
 * @property {(deed: string) => boolean} may
 * @property {(part: string) => Promise<void>} refresh
 */

const main = /** @type {HTMLElement} */ (document.querySelector('main'));

async function begin() {
  const { group: id = '', me = '' } = main.dataset;
  if (!me) return;
  const { data: group } = await request('GET', `/groups/${id}`);
  const parts = new Parts(main);
  /** @type {Place} */
  const place = {
    group,
    path: `/groups/${id}`,
    me,
    may: deed => group.may.includes(deed),
    refresh: part => parts.refresh(part),
  };
  const common = group.kind === 'group';
  parts.add('texts', 'Texts', () => texts(place));
  if (place.may('list_members') && common) parts.add('members', 'Members', () => members(place));
  if (place.may('invite')) parts.add('invite', 'Invite', () => invitations(place));
  if (place.may('decide_requests') && group.access === 'restricted') parts.add('requests', 'Requests', () => requests(place));
  if (place.may('moderate')) parts.add('moderation', 'To look at', () => moderation(place));
  if (place.may('change') || place.may('dissolve')) parts.add('settings', 'Settings', () => settings(place));
  if (place.may('leave')) parts.add('you', 'You here', () => self(place));
  await Promise.all([joining(place), parts.begin()]);
  // what others did meanwhile is there when one comes back to the window
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') again(place, parts).catch(told);
  });
}

/** @param {Place} place @param {Parts} parts */
async function again(place, parts) {
  const { data: group } = await request('GET', place.path);
  // another role has other parts
  if (String(group.may) !== String(place.group.may)) {
    if (!parts.isTouched()) location.reload();
    return;
  }
  place.group = group;
  await parts.again();
}

/** @param {unknown} why */
function told(why) {
  if (!(why instanceof Problem)) throw why;
  const fault = /** @type {HTMLElement} */ (find('#group-fault'));
  fault.textContent = why.message;
  fault.hidden = false;
}

copyButtons();
begin().catch(told).finally(() => {
  document.documentElement.dataset.ready = 'true';
});
