// Who may do what to what, said once more: from groups, roles, authors and reveals, never from passes.
// It is what the matrix (tests/http/matrix.test.js) holds the server to.
//
// A cell is an operation, a reader and an object. What it expects is the refusal of the first of these
// that does not hold, else the row's `ok`:
//   1. the credentials are good;  2. the operation's x-access;  3. its x-scope;
//   4. what the row needs, in its order (access_rows.js).

import { gloss } from './binary.js';

// user: whose account it is. role: in each of the groups. revealed: has opened the sealed reading.
// dead: the credentials are good for nothing. unscoped: a token that lacks the scope asked for.
export const READERS = {
  anonymous: {},
  outsider: { user: 'outsider' },
  member: { user: 'member', role: 'member', revealed: true },
  author: { user: 'author', role: 'member' },
  moderator: { user: 'moderator', role: 'moderator' },
  admin: { user: 'admin', role: 'admin' },
  owner: { user: 'owner', role: 'owner' },
  'disabled user': { user: 'disabled', dead: true },
  'removed member': { user: 'removed' },
  'expired token': { user: 'owner', byToken: true, dead: true },
  'revoked token': { user: 'owner', byToken: true, dead: true },
  'token without the scope': { user: 'owner', role: 'owner', byToken: true, unscoped: true },
  'blind reader': { user: 'blind', role: 'member' },
};
for (const [name, reader] of Object.entries(READERS)) reader.name = name;

// The groups that the objects lie in, each with one text for each object. The server runs with
// --public on: what is open is read without signing in, too. author: who is the author of its objects, in
// place of the one of that name: somebody whose own name may be a secret. see-through: its leaders learn
// who is behind a mask. pair: of the author and the member alone, about a text of another group.
export const GROUPS = {
  closed: { access: 'private' },
  open: { access: 'open' },
  restricted: { access: 'restricted' },
  watched: { access: 'private', premoderated: true },
  sealed: { access: 'private', sealed: true },
  masked: { access: 'private', author: 'wearer', seeThrough: true }, // the author alone wears a mask
  anonymous: { access: 'private', author: 'nobody', anonymous: true, seeThrough: false },
  pair: { access: 'private', pair: true, texts: 'closed' },
};

// Annotations, all by the author. for: who of the group may see it.
export const OBJECTS = {
  private: { group: 'closed', for: 'author' },
  group: { group: 'closed', for: 'members' },
  public: { group: 'open', for: 'members' },
  restricted: { group: 'restricted', for: 'members' }, // others read it and do not write
  hidden: { group: 'closed', for: 'leaders' },
  pending: { group: 'watched', for: 'leaders' },
  deleted: { group: 'closed', for: 'members', deleted: true }, // a tombstone with a reply below it
  draft: { group: 'closed', for: 'author', draft: true },
  'reply to a private one': { group: 'closed', for: 'author', reply: true },
  unrevealed: { group: 'sealed', for: 'revealed' },
  'answered apart': { group: 'sealed', for: 'leaders', reply: true, apart: true }, // the author's reply to a leader's
  'under a mask': { group: 'masked', for: 'members', masked: true },
  'in an anonymous group': { group: 'anonymous', for: 'members', masked: true },
  'between two': { group: 'pair', for: 'members' },
};
for (const [name, object] of Object.entries(OBJECTS)) object.name = name;

// -- facts -------------------------------------------------------------------------------------------

const rolesOf = (group) => (GROUPS[group].pair ? { author: 'member', member: 'member' } : null);
export const roleIn = (reader, group) => (rolesOf(group) && !reader.dead ? rolesOf(group)[reader.user] : reader.role);
// The group whose members read the object's text.
export const textGroup = (object) => GROUPS[object.group].texts ?? object.group;

export const isIn = (reader, object) => Boolean(roleIn(reader, object.group));
export const leads = (reader, object) => isIn(reader, object) && roleIn(reader, object.group) !== 'member';
export const isAuthor = (reader) => reader.user === 'author';
export const isUser = (name) => (reader) => reader.user === name;
// The owner of the groups has put all the texts in.
export const ownsText = isUser('owner');
// All but those who are elsewhere under no name at all are in the further group.
export const isInFurther = (reader, object) => Boolean(reader.role) && !(isAuthor(reader) && GROUPS[object.group].author);

export const readsGroup = (reader, object) => isIn(reader, object) || GROUPS[object.group].access !== 'private';
export const readsText = (reader, object) => Boolean(roleIn(reader, textGroup(object))) || GROUPS[textGroup(object)].access !== 'private';
// Who may know who the object's author is: those to whom the mask tells it.
export const knowsAuthor = (reader, object) => isAuthor(reader) || (GROUPS[object.group].seeThrough === true && leads(reader, object));

export function sees(reader, object) {
  if (isAuthor(reader)) return true;
  return {
    author: () => false,
    members: () => readsGroup(reader, object),
    leaders: () => leads(reader, object),
    revealed: () => leads(reader, object) || Boolean(reader.revealed),
  }[object.for]();
}

// Does it say anything yet? A tombstone is empty.
export const seesWords = (reader, object) => sees(reader, object) && !object.deleted;

// -- the permission table ----------------------------------------------------------------------------

// As `gloss permissions` prints it: who may in a group, by role, and by its access for those not in it.
const table = new Map(gloss(['permissions']).stdout.split('\n').slice(2).filter(Boolean).map((line) => {
  const [name, owner, admin, moderator, member, others, kinds] = line.split('|').slice(1).map((cell) => cell.trim().replaceAll('`', ''));
  const yes = { owner, admin, moderator, member };
  return [name, { roles: Object.keys(yes).filter((role) => yes[role] === 'yes'), others: others.split(' ').filter((word) => word !== '-'), kinds: kinds.split(' ') }];
}));
export const permissions = table;

export function mayDo(deed, reader, object) {
  const row = table.get(deed);
  if (!row.kinds.includes(GROUPS[object.group].pair ? 'pair' : 'group')) return false;
  if (isIn(reader, object)) return row.roles.includes(roleIn(reader, object.group));
  return row.others.includes(GROUPS[object.group].access) && (Boolean(reader.user) || deed === 'read');
}

// -- what a row may need -----------------------------------------------------------------------------

// refusal: a problem's name, or who asks decides.
export const need = (what, holds, refusal) => ({ what, holds, refusal });
export const NEED = {
  text: need('reads the text', readsText, 'not-found'),
  note: need('sees the annotation', sees, 'not-found'),
  group: need('knows of the group', readsGroup, 'not-found'),
  membership: need('is in the group', isIn, 'not-found'),
  wroteIt: need('wrote it', isAuthor, 'not-allowed'),
  // a tombstone is there to be read, and for nothing else
  live: need('it has not been deleted', (reader, object) => !object.deleted, 'not-found'),
};
export const may = (deed, refusal = 'not-allowed') => need(`may ${deed}`, (reader, object) => mayDo(deed, reader, object), refusal);
export const unless = (what, holds, refusal) => need(`not ${what}`, (reader, object) => !holds(reader, object), refusal);
// A page asks who is nobody to sign in, and tells the others that there is nothing.
export const orSignsIn = (one) => ({ ...one, refusal: (reader) => (reader.user ? one.refusal : 'unauthorized') });

// -- the model ---------------------------------------------------------------------------------------

const NEEDED = {
  live: need('the credentials are good', (reader) => !reader.dead, 'unauthorized'),
  user: need('has signed in', (reader) => Boolean(reader.user), 'unauthorized'),
  operator: need('runs the server', () => false, 'not-allowed'),
};

// What the contract says: who may call, with which scope, and what they need in the group.
function needsOf(operation, row) {
  if (row.unasked) return [];
  const { 'x-access': access, 'x-scope': scope, 'x-deed': deed } = operation;
  return [
    NEEDED.live,
    ...(['user', 'operator'].includes(access) ? [NEEDED.user] : []),
    ...(access === 'operator' ? [NEEDED.operator] : []),
    ...(scope ? [need(`has the scope ${scope}`, (reader) => !reader.unscoped, 'missing-scope')] : []),
    ...(deed && !row.deedless ? [NEED.group, may(deed)] : []),
  ];
}

// A cookie that is good for nothing is none.
const acting = (reader, byCookie) => (reader.dead && byCookie && !reader.byToken ? READERS.anonymous : reader);

// The refusal, with what is in the way, or the row's status.
export function expected(operation, row, reader, object, byCookie = false) {
  const who = acting(reader, byCookie);
  const needs = [...needsOf(operation, row), ...(row.needs ?? [])];
  for (const { what, holds, refusal } of needs) {
    if (!holds(who, object)) return { refusal: typeof refusal === 'string' ? refusal : refusal(who), why: `not: ${what}` };
  }
  return { status: row.ok, why: needs.map((one) => one.what).join(', ') || 'anybody may' };
}
