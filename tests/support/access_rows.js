// One row for each operation of the contract: how the matrix asks it, and what it needs beyond what the
// contract says (x-access, x-scope). An operation without a row fails the run. A new one takes a line:
//
//   getThing: { ok: 200, needs: [NEED.text, NEED.note] }
//
// ok        the status when nothing is in the way (a list of several where either is right)
// needs     in this order: the first that does not hold gives the refusal (access_model.js)
// ask       (cell) => { params, query, json, body, type }: what is asked beside the object's own ids
// shows     (cell) => words that must be in the answer when it is given; absence is checked of every answer
// tells     (cell) => words that this answer may tell although the reader may not read the row itself
// fresh     'note', 'text' or async (cell) => object: what it succeeds on is made for the cell
// undo      async (cell): takes back what it has done
// alone     it changes who may what: nothing else is asked meanwhile
// check     (cell, answer, expected): further claims
// unasked   nobody is asked who they are
// deedless  the contract's x-deed is about another group, or not about all of it: `needs` says so
// byToken   asked with a token, where cookies are the rule (pages, and what only sessions may)
import assert from 'node:assert/strict';
import { GROUPS, NEED, OBJECTS, READERS, isAuthor, isIn, isInFurther, isUser, knowsAuthor, leads, may, mayDo, need, orSignsIn, ownsText, permissions, readsGroup, readsText, roleIn, sees, seesWords, textGroup, unless } from './access_model.js';

const words = ({ reader, object }) => (seesWords(reader, object) ? [object.body, object.tag, ...(object.replacement ? [object.replacement] : [])] : []);
// Behind a mask: its name, and one's own to those who see through it.
const authorWords = ({ scene, reader, object }) => {
  const { [GROUPS[object.group].author]: author } = scene.people;
  return object.masked ? [scene.maskOf(READERS.author, object), ...(knowsAuthor(reader, object) ? [author.name] : [])] : [];
};
const groupWords = ({ scene, object }) => scene.groups[object.group].words;
// Who has a code may learn what it leads to.
const codeTells = (cell) => [...groupWords(cell), cell.scene.groups[cell.object.group].code];

const changesText = need('put the text in, or manages the texts of its group', (reader, object) => ownsText(reader) || permissions.get('manage_texts').roles.includes(roleIn(reader, textGroup(object))), 'not-allowed');

const reading = (more = {}) => ({ ok: 200, needs: [NEED.text], ...more });
const ofNote = (more = {}) => ({ ok: 200, needs: [NEED.note], ...more });
const page = (more = {}) => ({ ok: 200, ...more });
const tellsWhy = (object) => (reader) => leads(reader, object) || isAuthor(reader);
const spareOf = ({ scene, object }) => scene.groups[object.group].spare ?? scene.people.spare.id;
const unmask = ({ scene, reader, object }) => scene.unmask(reader, object);
const ofRequest = ({ scene, object }) => ({ params: { request: scene.groups[object.group].request } });
// Nobody is invited to notes between two, nor asks to be let in.
const takesOthers = need('others come in', (reader, object) => !GROUPS[object.group].pair, 'not-found');
const inItsGroup = (words) => (cell) => (textGroup(cell.object) === cell.object.group ? words(cell) : []);
const isRead = need('the group reads the text', (reader, object) => textGroup(object) === object.group, 'not-found');
const isSealed = need('it is read independently', (reader, object) => object.group === 'sealed', 'no-reading');
const signedIn = need('has signed in', (reader) => Boolean(reader.user), 'unauthorized');
const whole = (ok = 200, more = {}) => ({ ok, ...more });
const note = ({ object, scene }) => ({ document: object.document, group: scene.groups[object.group].id, body: 'something plain' });
const suggests = (refusal) => unless('a comment', (reader, object) => Boolean(object.reply), refusal);
// On a text of its own; once it is taken up, its words are the text's.
const suggestion = async ({ scene, object, who }) => {
  const on = await scene.putText(object);
  const note = await scene.annotate(object, on);
  await scene.settled(async () => (await who.get(`annotations/${note.annotation}`)).status === 200);
  return { ...on, ...note };
};
const takenUp = ({ object }, answer) => {
  assert.deepEqual(answer.json.accepted, [object.annotation]);
  assert.deepEqual(answer.json.revision.suggestions.map((credit) => credit.annotation), [object.annotation]);
};
const exported = (format) => reading({ shows: (cell) => [...(format === 'csv' || format === 'jsonld' ? [] : [cell.object.title]), ...words(cell)] });

export const rows = {
  // -- the server
  getIndex: whole(),
  getContract: whole(200, { unasked: true }),
  listProblems: whole(200, { unasked: true }),
  getProblem: whole(200, { unasked: true }),
  getHealth: whole(200, { unasked: true }),
  getReadiness: whole(200, { unasked: true }),
  getMetrics: whole(200),
  getAsset: whole(200, { unasked: true }),

  // -- oneself
  createUser: whole(422, { ask: () => ({ json: { name: 'short', password: 'x' } }) }),
  getMe: whole(),
  patchMe: whole(200, { ask: ({ scene, reader, object }) => ({ json: { display_name: scene.people[scene.userOf(reader, object)]?.shown ?? 'nobody' } }) }),
  putPassword: whole(422, { ask: () => ({ json: { current: 'not this one', new: 'x' } }) }),
  eraseMe: whole(422, { ask: () => ({ json: {} }) }), // no password is looked at: that takes its time
  createSession: whole(422, { ask: () => ({ json: { name: 'owner' } }) }),
  getSession: whole(),
  deleteSession: whole(204),
  listTokens: whole(),
  createToken: whole(201, { ask: () => ({ json: { name: 'one more', scopes: ['feed'] } }) }),
  patchToken: { ok: 200, needs: [need('the token is theirs', isUser('owner'), 'not-found')], ask: ({ scene }) => ({ params: { token: scene.spareToken.id }, json: { name: scene.spareToken.name } }) },
  deleteToken: {
    ok: 204, needs: [need('the token is theirs', isUser('owner'), 'not-found')],
    fresh: async ({ scene }) => ({ token: (await scene.people.owner.makesToken(['feed'])).id }),
    ask: ({ scene, object }) => ({ params: { token: object.token ?? scene.spareToken.id } }),
  },

  // -- texts
  listDocuments: whole(200, { ask: ({ scene, object }) => ({ query: { group: scene.groups[object.group].id, limit: 200 } }), shows: inItsGroup(({ reader, object }) => (readsText(reader, object) ? [object.title] : [])) }),
  createDocument: {
    ok: 201, deedless: true, needs: [may('read', 'invalid-body'), may('list_text')],
    alone: true, undo: ({ who, answer }) => who.delete(answer.json.links.self),
    ask: ({ scene, object }) => ({ json: { text: 'A text like any other.', title: 'Another', group: scene.groups[object.group].id } }),
  },
  getDocument: reading({ shows: ({ object }) => [object.title] }),
  patchDocument: { ok: 200, deedless: true, needs: [NEED.text, changesText], fresh: 'text', ask: () => ({ json: { language: 'en' } }) },
  deleteDocument: { ok: 204, deedless: true, needs: [NEED.text, changesText], fresh: 'text' },
  restoreDocument: { ok: 200, deedless: true, needs: [NEED.text] },
  moveDocument: { ok: 200, deedless: true, needs: [NEED.text, need('put the text in', ownsText, 'not-allowed')], fresh: 'text', ask: ({ scene }) => ({ json: { group: scene.groups.further.id } }) },
  getDocumentText: reading({ shows: ({ object }) => [object.text] }),
  getDocumentHtml: reading({ shows: ({ object }) => [object.text] }),
  getDocumentToc: reading(),
  getDocumentOriginal: reading({ shows: ({ object }) => [object.text] }),
  listRevisions: reading({ shows: ({ object }) => [object.note, object.laterNote] }),
  getDiff: reading({ ask: ({ object }) => ({ query: { from: object.first } }), shows: ({ object }) => [object.first, object.revision] }),
  createRevision: { ok: 201, deedless: true, needs: [NEED.text, changesText], fresh: 'text', ask: ({ object }) => ({ json: { text: `${object.text}, and more.` }, headers: { 'If-Match': `"${object.revision}"` } }), shows: ({ object }) => [object.revision] },
  resolveQuote: reading({ ask: () => ({ json: { quote: 'quietly' } }) }),
  getJob: { ok: 200, needs: [need('the job is theirs', isUser('owner'), 'not-found')], ask: ({ scene }) => ({ params: { job: scene.job.id } }), shows: ({ scene }) => [scene.job.note] },
  getRevision: reading(),
  getRevisionText: reading({ shows: ({ object }) => [object.text] }),
  getRevisionHtml: reading({ shows: ({ object }) => [object.text] }),
  exportDocumentMarkdown: exported('md'),
  exportDocumentText: exported('txt'),
  exportDocumentHtml: exported('html'),
  exportDocumentCsv: exported('csv'),
  exportDocumentJsonld: exported('jsonld'),
  exportDocumentNdjson: exported('ndjson'),

  // -- annotations
  listAnnotations: whole(200, { ask: ({ object }) => ({ query: { document: object.document, limit: 200 } }), shows: (cell) => [...words(cell), ...(seesWords(cell.reader, cell.object) && cell.object.reason ? [cell.object.reason] : [])] }),
  createAnnotation: { ok: 201, needs: [NEED.text, need('knows of the group', readsGroup, 'invalid-body'), may('write')], ask: (cell) => ({ json: note(cell) }) },
  createAnnotations: {
    ok: 200, ask: (cell) => ({ type: 'application/x-ndjson', body: `${JSON.stringify(note(cell))}\n` }),
    check: ({ statusOf }, answer) => assert.equal(JSON.parse(answer.text.split('\n')[0]).status, statusOf('createAnnotation')),
  },
  getAnnotation: ofNote({ shows: (cell) => [...words(cell), ...authorWords(cell)] }),
  patchAnnotation: { ok: 200, needs: [NEED.note, NEED.live, NEED.wroteIt], fresh: 'note', ask: () => ({ json: { body: 'said otherwise' } }) },
  deleteAnnotation: { ok: 204, needs: [NEED.note, NEED.live, NEED.wroteIt], fresh: 'note' },
  listReplies: ofNote(),
  listAnchors: reading({ shows: ({ reader, object }) => (!object.reply && seesWords(reader, object) ? [object.annotation] : []) }),
  putAnchor: { ok: 200, needs: [NEED.note, NEED.live, NEED.wroteIt, unless('a reply', (reader, object) => Boolean(object.reply), 'conflict'), need('reads the text', readsText, 'not-allowed')], fresh: 'note', ask: ({ object }) => ({ json: { revision: object.revision, keep: true } }) },
  getAnnotationContext: { ok: 200, needs: [NEED.note, NEED.live] },
  createReply: { ok: 201, needs: [NEED.note, NEED.live, may('write')], fresh: 'note', ask: () => ({ json: { body: 'an answer' } }) },
  publishDrafts: {
    ok: 200, needs: [need('it is a draft of their own', (reader, object) => isAuthor(reader) && object.draft, 'invalid-body')],
    fresh: async ({ scene, object }) => {
      const note = await scene.annotate(object, object);
      scene.canaries.widen(note.words, (reader) => sees(reader, OBJECTS.group));
      return note;
    },
    ask: ({ object }) => ({ json: { ids: [object.annotation] } }),
  },
  getAnnotationHistory: ofNote({ shows: words }),
  listReactions: ofNote(),
  putReaction: { ok: 200, needs: [NEED.note, NEED.live, may('write')], fresh: 'note' },
  deleteReaction: { ok: 200, needs: [NEED.note, NEED.live] },

  // who changes the text decides about what they see, and in no other way learns of it
  acceptSuggestion: { ok: 201, needs: [NEED.note, NEED.live, NEED.text, changesText, suggests('conflict')], fresh: suggestion, ask: ({ object }) => ({ headers: { 'If-Match': `"${object.revision}"` } }), check: takenUp },
  rejectSuggestion: { ok: 200, needs: [NEED.note, NEED.live, changesText, suggests('conflict')], fresh: suggestion, ask: () => ({ json: { reason: 'no' } }), shows: words },
  acceptSuggestions: {
    ok: 201, needs: [NEED.text, changesText, need('sees the suggestion', (reader, object) => seesWords(reader, object), 'invalid-body'), suggests('invalid-body')],
    fresh: suggestion, ask: ({ object }) => ({ json: { ids: [object.annotation] }, headers: { 'If-Match': `"${object.revision}"` } }), check: takenUp,
  },
  putAnnotationGroup: {
    // also what is hidden, waits or is sealed at home: each group decides for itself
    ok: 200, needs: [NEED.note, NEED.live, NEED.wroteIt, unless('private, or a reply', (reader, object) => object.for === 'author' || Boolean(object.reply), 'conflict'), need('is in the further group', isInFurther, 'not-found')],
    fresh: async ({ scene, object }) => {
      const note = await scene.annotate(object, object);
      scene.canaries.widen(note.words, (reader) => isInFurther(reader, object));
      return note;
    },
    ask: ({ scene }) => ({ params: { group: scene.groups.further.id } }),
  },
  deleteAnnotationGroup: { ok: 204, needs: [NEED.note, NEED.live, NEED.wroteIt], ask: ({ scene }) => ({ params: { group: scene.groups.further.id } }) },

  // -- moderation
  putModeration: {
    ok: 200, deedless: true, needs: [NEED.note, NEED.live, may('moderate')],
    fresh: async ({ scene, object }) => ({ ...await scene.annotate(object, object), why: scene.canaries.word('why it was hidden', tellsWhy(object)) }),
    ask: ({ object }) => ({ json: { state: 'hidden', note: object.why ?? 'no reason' } }),
  },
  createFlag: {
    ok: [200, 201], needs: [NEED.note, NEED.live, unless('their own words', isAuthor, 'not-allowed'), need('somebody leads the group', (reader, object) => !GROUPS[object.group].pair, 'not-allowed')],
    ask: ({ scene, reader, object }) => ({ json: { reason: 'other', note: sees(reader, object) ? scene.canaries.word(`what ${reader.name} says of ${object.name}`, (one) => leads(one, object) || one.user === reader.user) : 'nothing' } }),
  },
  deleteFlag: { ok: 204, needs: [NEED.note] },
  listModeration: whole(),
  listFlags: whole(),
  listModlog: whole(),
  listMutes: whole(),
  putMute: whole(204, { ask: ({ scene }) => ({ params: { user: scene.people.asker.id } }) }),
  deleteMute: whole(204, { ask: ({ scene }) => ({ params: { user: scene.people.asker.id } }) }),
  putAnnotating: { ok: 200, deedless: true, needs: [NEED.text, need('put the text in', ownsText, 'not-allowed')], fresh: 'text', ask: () => ({ json: { allowed: 'none' } }) },

  // -- groups: what one needs in them is in the contract (x-deed) and in the permission table
  listPermissions: whole(200, { unasked: true }),
  listGroups: whole(200, { shows: (cell) => (isIn(cell.reader, cell.object) ? groupWords(cell).slice(0, 1) : []) }),
  createGroup: whole(201, { ask: () => ({ json: { name: 'One more' } }), undo: async ({ who, answer }) => { await who.delete(`groups/${answer.json.id}`); } }),
  getGroup: whole(200, { shows: groupWords }),
  patchGroup: whole(200, { alone: true, ask: ({ scene, object }) => ({ json: { description: scene.groups[object.group].words[1] } }) }),
  deleteGroup: whole(409), // texts have their home in it
  listMembers: whole(),
  patchMember: whole(200, { ask: (cell) => ({ params: { user: spareOf(cell) }, json: { role: 'member' } }) }),
  deleteMember: whole(204, {
    alone: true, ask: (cell) => ({ params: { user: spareOf(cell) } }),
    undo: ({ scene, object }) => scene.joins('spare', scene.groups[object.group].id, 'member'),
  }),
  leaveGroup: {
    ok: 204, needs: [unless('the last owner', (reader, object) => roleIn(reader, object.group) === 'owner', 'last-owner')], alone: true,
    undo: ({ scene, reader, object }) => scene.joins(scene.userOf(reader, object), scene.groups[object.group].id, roleIn(reader, object.group)),
  },
  joinGroup: { ok: 200, deedless: true, needs: [NEED.group, need('is in it, or may join', (reader, object) => isIn(reader, object) || mayDo('join', reader, object), 'not-allowed')], alone: true, undo: ({ scene, reader, object }) => (isIn(reader, object) ? null : scene.leaves(reader.user, scene.groups[object.group].id)) },
  handOverGroup: whole(422, { ask: () => ({ json: {} }) }),
  getReading: whole(200, { needs: [NEED.text, isRead, isSealed] }),
  putReading: whole(200, { fresh: 'text', ask: () => ({ json: { own_count: 3 } }) }),
  compareReaders: { ok: 200, needs: [NEED.text, isRead, isSealed, need('it is revealed to them', (reader, object) => leads(reader, object) || Boolean(reader.revealed), 'not-revealed')] },
  openReading: { ok: 200, needs: [NEED.text, isRead, need('is in the group', isIn, 'not-allowed'), isSealed], fresh: 'text' },
  revealReading: { ok: 200, needs: [isSealed], fresh: 'text' },
  putGroupDocument: { ok: 204, deedless: true, needs: [NEED.text, need('is in the further group', isInFurther, 'not-found'), changesText], ask: ({ scene }) => ({ params: { group: scene.groups.further.id } }) },
  deleteGroupDocument: {
    ok: 204, deedless: true, needs: [NEED.text, need('is in the further group', isInFurther, 'not-found'), changesText],
    ask: ({ scene }) => ({ params: { group: scene.groups.further.id } }),
    undo: ({ scene, object }) => scene.list(object), alone: true,
  },
  listGroupDocuments: whole(200, { shows: inItsGroup(({ object }) => [object.title]), ask: () => ({ query: { limit: 200 } }) }),
  putGroupDocuments: whole(204, { ask: () => ({ json: { documents: [] } }) }),
  listInvitations: whole(),
  createInvitation: whole(201, { ask: () => ({ json: {} }) }),
  getInvitation: whole(200, { needs: [takesOthers], tells: codeTells, shows: (cell) => groupWords(cell).slice(0, 1) }),
  deleteInvitation: {
    ok: 204, deedless: true, needs: [takesOthers, NEED.membership, may('invite')],
    fresh: async ({ scene, object }) => ({ invitation: (await scene.people.owner.invites({ links: { self: `/api/v1/groups/${scene.groups[object.group].id}` } })).id }),
    ask: ({ scene, object }) => ({ params: { invitation: object.invitation ?? scene.groups[object.group].invitation } }),
  },
  rotateInvitation: {
    ok: 200, deedless: true, needs: [takesOthers, NEED.membership, may('invite')],
    fresh: async ({ scene, object }) => ({ invitation: (await scene.people.owner.invites({ links: { self: `/api/v1/groups/${scene.groups[object.group].id}` } })).id }),
    ask: ({ scene, object }) => ({ params: { invitation: object.invitation ?? scene.groups[object.group].invitation } }),
  },
  listRequests: whole(200, { shows: ({ scene, object }) => [scene.groups[object.group].message] }),
  createRequest: {
    ok: 201, deedless: true, needs: [NEED.group, may('ask_to_join', 'conflict')], alone: true, ask: () => ({ json: { message: 'May I?' } }),
    undo: ({ scene, reader, object }) => scene.forgetRequests(reader.user, scene.groups[object.group].id),
  },
  getRequest: { ok: 200, needs: [takesOthers, may('decide_requests', 'not-found')], ask: ofRequest, shows: ({ scene, object }) => [scene.groups[object.group].message] },
  patchRequest: {
    ok: 200, needs: [takesOthers, may('decide_requests', 'not-found')], alone: true,
    ask: (cell) => ({ ...ofRequest(cell), json: { state: 'declined', reason: cell.scene.groups[cell.object.group].reason } }),
    undo: ({ scene, object }) => scene.waitAgain(scene.groups[object.group].request),
  },
  listMyRequests: whole(),
  putMask: whole(200, { alone: true, ask: ({ scene, reader, object }) => ({ json: { name: scene.maskOf(reader, object) ?? `${reader.name} of ${object.name}` } }), undo: unmask }),
  deleteMask: whole(204, {
    needs: [unless('where members are hidden from each other', (reader, object) => GROUPS[object.group].anonymous, 'anonymity-kept')], alone: true, undo: unmask,
    fresh: async ({ scene, object, who, reader }) => { await scene.mask(who, scene.groups[object.group].id, reader.name); return {}; },
  }),
  acceptInvitation: {
    ok: 200, alone: true, needs: [takesOthers], tells: codeTells,
    undo: ({ scene, reader, object }) => (isIn(reader, object) ? null : scene.leaves(reader.user, scene.groups[object.group].id)),
  },

  // -- all of one's own
  exportMeMarkdown: whole(200, { shows: ({ reader, object }) => (isAuthor(reader) && !object.deleted ? [object.body] : []) }),
  exportMeText: whole(),
  exportMeHtml: whole(),
  exportMeCsv: whole(),
  exportMeJsonld: whole(),
  exportMeNdjson: whole(),

  // -- pages
  pageTexts: page(),
  pageSignIn: page(),
  formSignIn: page({ ok: 422, ask: () => ({ headers: { 'Sec-Fetch-Site': 'same-origin' }, type: 'application/x-www-form-urlencoded', body: 'name=owner' }) }),
  pageSignOut: page(),
  formSignOut: page({ ok: 303, byToken: true, ask: () => ({ headers: { 'Sec-Fetch-Site': 'same-origin' }, type: 'application/x-www-form-urlencoded', body: '' }) }),
  pageNew: page({ needs: [signedIn] }),
  pageAccount: page({ needs: [signedIn] }),
  pageJoin: page({ ok: [200, 302], needs: [takesOthers], tells: codeTells, check: ({ reader, object }, answer) => assert.equal(answer.status, isIn(reader, object) ? 302 : 200) }),
  pageSetup: page({ ok: 410, ask: () => ({ params: { code: 'no-code' } }) }),
  pageGroup: page({ needs: [orSignsIn(NEED.group)], shows: (cell) => groupWords(cell).slice(0, 1) }),
  pageReader: page({ needs: [orSignsIn(NEED.text)], shows: (cell) => [cell.object.title, ...words(cell).slice(0, 1)] }),
  pageRevision: page({ needs: [orSignsIn(NEED.text)], shows: ({ object }) => [object.title] }),
  pageEdit: page({ needs: [orSignsIn(NEED.text), orSignsIn(changesText)], shows: ({ object }) => [object.title] }),
  pageHistory: page({ needs: [orSignsIn(NEED.text)], shows: ({ object }) => [object.title] }),
  pageDiff: page({ needs: [orSignsIn(NEED.text)], shows: ({ object }) => [object.title] }),
  pageAnnotation: page({ ok: 302, needs: [orSignsIn(NEED.note)] }),
};
