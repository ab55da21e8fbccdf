// The people, groups, texts and annotations that the matrix asks about, and the words that betray a leak.
import assert from 'node:assert/strict';
import { gloss, patience } from './binary.js';
import { Session, literal } from './sql.js';
import { after } from 'node:test';
import { Person, World, expect } from './people.js';
import { GROUPS, OBJECTS, READERS, isAuthor, isIn, knowsAuthor, leads, mayDo, readsText, sees, textGroup } from './access_model.js';

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

// ann_01h… as the database writes it.
export function uuidOf(id) {
  const number = [...id.slice(id.indexOf('_') + 1)].reduce((sum, digit) => sum * 32n + BigInt(DIGITS.indexOf(digit)), 0n);
  return number.toString(16).padStart(32, '0').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
const sqlId = (id) => literal(uuidOf(id));

// -- canaries ----------------------------------------------------------------------------------------

// Words that stand in one private row each. Whoever reads one that was not meant for them has seen a leak.
export class Canaries {
  static #shape = /cny[0-9a-z]{4}y/g;
  #readers = new Map(); // word -> the names of the readers it is for, and what it is
  leaks = [];
  bytes = 0;

  // A new word, for the readers for whom `isFor` holds.
  word(what, isFor) {
    const word = `cny${this.#readers.size.toString(36).padStart(4, '0')}y`;
    // whose credentials are dead may read what nobody in particular may
    const names = Object.values(READERS).filter((reader) => isFor(reader.dead ? READERS.anonymous : reader)).map((reader) => reader.name);
    this.#readers.set(word, { what, names: new Set(names) });
    return word;
  }

  // From now on these are for others too.
  widen(words, isFor) {
    for (const word of words) for (const reader of Object.values(READERS)) if (isFor(reader)) this.#readers.get(word).names.add(reader.name);
  }

  get size() { return this.#readers.size; }

  // reader: a name, or null for a place where no word belongs (the log). told: words that this answer may tell.
  search(reader, text, where, told = []) {
    this.bytes += text.length;
    for (const word of new Set(text.toLowerCase().match(Canaries.#shape) ?? [])) {
      const row = this.#readers.get(word);
      if (!row || (reader !== null && row.names.has(reader)) || told.includes(word)) continue;
      this.leaks.push(`${reader ?? 'the log'} read ${word} (${row.what}) in ${where}`);
    }
  }
}

// -- the scene ---------------------------------------------------------------------------------------

export class Scene {
  static async make() {
    const scene = new Scene();
    scene.canaries = new Canaries();
    scene.world = await World.start({ args: ['--public', 'on'], expectsErrors: true });
    scene.judge = new Session(scene.world.cluster, scene.world.database, 'postgres');
    after(() => scene.judge.end());
    await scene.makePeople();
    await scene.makeGroups();
    for (const object of Object.values(OBJECTS)) await scene.makeObject(object);
    await scene.endCredentials();
    return scene;
  }

  // As the superuser, one statement after the other.
  async sql(...statements) {
    for (const statement of statements) await this.judge.run(statement);
  }

  // The same scene asked through another server, which knows nothing from before.
  async serveAgain(env) {
    const { Server } = await import('./server.js');
    this.logs = (this.logs ?? '') + this.world.server.err;
    await this.world.server.stop();
    this.world.server = await Server.start(this.world.args, { env, expectsErrors: true });
  }

  get log() { return (this.logs ?? '') + this.world.server.err; }

  async makePeople() {
    this.people = {};
    for (const { user } of Object.values(READERS)) {
      if (user && !this.people[user]) this.people[user] = Object.assign(await this.world.person(user), { shown: user });
    }
    // whose own names are secrets of their groups
    for (const object of Object.values(OBJECTS).filter(({ masked }) => masked)) {
      const [name, shown] = ['name', 'display name'].map((what) => this.canaries.word(`the own ${what} of the author ${object.name}`, (reader) => knowsAuthor(reader, object)));
      const { author } = GROUPS[object.group];
      this.people[author] = await this.world.person(name, { display_name: shown });
      this.people[author].shown = shown;
    }
    this.people.spare = await this.world.person('spare'); // a member who asks for nothing
    this.people.asker = await this.world.person('asker'); // has asked to be let in everywhere
    this.spareToken = await this.people.owner.makesToken(['feed'], { name: this.canaries.word('what a token is called', (reader) => reader.user === 'owner') });
    this.job = await this.makeJob(this.people.owner);
    this.feed = (await this.people.owner.makesToken(['feed'])).token;
    this.exporting = (await this.people.owner.makesToken(['export'])).token;
    this.expired = (await this.people.owner.makesToken(undefined)).token;
    this.revoked = await this.people.owner.makesToken(undefined);
  }

  // An edit of a text of one's own that went on by itself.
  async makeJob(who) {
    const note = this.canaries.word('what an edit by a job was called', (reader) => reader.user === 'owner');
    const text = await who.puts('A text that nobody else reads.');
    const { links } = expect(await who.post(`${text.path}/revisions`, { text: 'It reads otherwise now.', note }, { headers: { 'If-Match': `"${text.revision.id}"`, Prefer: 'respond-async' } }), 202);
    for (;;) {
      const { id, state } = expect(await who.get(links.self), 200);
      assert.notEqual(state, 'failed');
      if (state === 'done') return { id, note };
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async makeGroups() {
    const { owner } = this.people;
    this.groups = {};
    for (const [name, facts] of Object.entries({ ...GROUPS, further: { access: 'private' } })) {
      if (facts.pair) continue;
      const inside = (reader) => Boolean(reader.role) || facts.access !== 'private';
      const named = this.canaries.word(`the name of the ${name} group`, inside);
      const described = this.canaries.word(`the description of the ${name} group`, inside);
      const group = await owner.founds(named, { description: described });
      this.groups[name] = { id: group.id, words: [named, described] };
      for (const reader of Object.values(READERS)) if (reader.role && reader.user !== 'owner' && !reader.byToken) await this.joins(isAuthor(reader) && facts.author ? facts.author : reader.user, group.id, reader.role);
      for (const user of ['removed', 'disabled', 'spare']) await this.joins(user, group.id, 'member');
      const { id } = await owner.invites(group);
      const code = this.canaries.word(`a code of the ${name} group`, (reader) => ['owner', 'admin'].includes(reader.role));
      await this.sql(`UPDATE invitation SET code = ${literal(code)} WHERE id = ${sqlId(id)}`);
      Object.assign(this.groups[name], { invitation: id, code });
      await this.sql(`UPDATE groups SET access = ${literal(facts.access)}, premoderated = ${Boolean(facts.premoderated)} WHERE id = ${sqlId(group.id)}`);
      await this.leaves('removed', group.id);
      if (name !== 'further') await this.asks(this.groups[name], { ...facts, group: name });
      if (facts.author) await this.masks(this.groups[name], facts, inside);
    }
    const { author, member } = this.people;
    const pair = expect(await author.post('groups', { with: member.id }), 201);
    // nobody is invited to it, and nobody asks
    this.groups.pair = { id: pair.id, words: [], invitation: this.nothing('inv'), code: 'nowhere', request: this.nothing('req'), flag: this.canaries.word('what nobody is told', () => false) };
  }

  nothing(kind) { return `${kind}_01h00000000000000000000000`; }

  // Who is not to be known wears a mask; where nobody is, all do. Each has a name of its own.
  async masks(group, { author, anonymous, seeThrough }, inside) {
    const masked = anonymous ? 'TRUE' : `m.user_id = ${sqlId(this.people[author].id)}`;
    await this.sql(`INSERT INTO mask (id, group_id, user_id, name) SELECT gen_random_uuid(), m.group_id, m.user_id, m.user_id::text FROM member m WHERE m.group_id = ${sqlId(group.id)} AND ${masked}`);
    const words = {};
    for (const user of anonymous ? [author, 'member', 'moderator', 'admin', 'owner', 'disabled', 'spare', 'blind'] : [author]) {
      words[user] = this.canaries.word(`the mask of ${user}`, inside);
      await this.sql(`UPDATE mask SET name = ${literal(words[user])} WHERE group_id = ${sqlId(group.id)} AND user_id = ${sqlId(this.people[user].id)}`);
    }
    await this.sql(`UPDATE groups SET anonymous = ${Boolean(anonymous)}, leaders_see_through = ${seeThrough} WHERE id = ${sqlId(group.id)}`);
    const members = expect(await this.people.owner.get(`groups/${group.id}/members?limit=200`), 200).data;
    group.spare = members.find(({ user }) => user.display_name === (anonymous ? words.spare : 'spare')).user.id;
    group.masks = words;
  }

  joins(user, group, role) {
    return this.sql(`INSERT INTO member (group_id, user_id, role) VALUES (${sqlId(group)}, ${sqlId(this.people[user].id)}, ${literal(role)}) ON CONFLICT DO NOTHING`);
  }

  leaves(user, group) {
    return this.sql(`DELETE FROM member WHERE group_id = ${sqlId(group)} AND user_id = ${sqlId(this.people[user].id)}`);
  }

  // Asked while it could be: it was restricted then.
  async asks(group, { access, group: name }) {
    const leaders = (reader) => leads(reader, { group: name });
    group.message = this.canaries.word('a request to join', leaders);
    group.reason = this.canaries.word('why it is declined', leaders);
    const set = (to) => this.sql(`UPDATE groups SET access = ${literal(to)} WHERE id = ${sqlId(group.id)}`);
    await set('restricted');
    await this.settled(async () => {
      const answer = await this.people.asker.post(`groups/${group.id}/requests`, { message: group.message });
      group.request = answer.json?.id;
      return answer.status === 201;
    });
    await set(access);
  }

  // What was changed behind the server's back is known to it within a second.
  async settled(holds) {
    for (const end = Date.now() + 5000 * patience; !await holds();) {
      if (Date.now() > end) throw new Error('it does not settle');
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
  }

  forgetRequests(user, group) {
    return this.sql(`DELETE FROM join_request WHERE user_id = ${sqlId(this.people[user].id)} AND group_id = ${sqlId(group)}`);
  }

  waitAgain(request) {
    return this.sql(`UPDATE join_request SET state = 'waiting', decided_by = NULL, decided_at = NULL WHERE id = ${sqlId(request)}`);
  }

  async mask(who, group, name) { expect(await who.put(`groups/${group}/mask`, { name: `${name}, masked` }), 200); }

  // As it was before.
  unmask(reader, object) {
    const of = `group_id = ${sqlId(this.groups[object.group].id)} AND user_id = ${sqlId(this.people[this.userOf(reader, object)].id)}`;
    const worn = this.maskOf(reader, object);
    return this.sql(worn ? `UPDATE mask SET worn = true, name = ${literal(worn)} WHERE ${of}` : `DELETE FROM mask WHERE ${of}`);
  }

  maskOf(reader, object) { return this.groups[object.group].masks?.[this.userOf(reader, object)]; }

  // Whose account the reader has, where the object is.
  userOf(reader, object) { return isAuthor(reader) ? GROUPS[object.group].author ?? 'author' : reader.user; }

  // Members write apart on this text until the reveal; the member of the model has opened it.
  seal(group, document) {
    return this.sql(`INSERT INTO audience (group_id, class, document_id) VALUES (${sqlId(group)}, 3, ${sqlId(document)})`,
      `INSERT INTO reading (group_id, document_id, by_reader, sealed_id)
         SELECT group_id, document_id, true, id FROM audience WHERE class = 3 AND document_id = ${sqlId(document)}`,
      `INSERT INTO reveal (user_id, audience_id) SELECT ${sqlId(this.people.member.id)}, sealed_id FROM reading WHERE document_id = ${sqlId(document)}`);
  }

  async putText(object) {
    const group = this.groups[textGroup(object)];
    const [title, text, address, note] = ['title', 'text', 'address', 'revision note'].map((what) => this.canaries.word(`the ${what} of the text of ${object.name}`, (reader) => readsText(reader, object)));
    const { id, revision } = await this.people.owner.puts(`All about ${text}, quietly.`, { title, group: group.id, uris: [`https://example.org/${address}`] });
    await this.sql(`UPDATE revision SET note = ${literal(note)} WHERE id = ${sqlId(revision.id)}`);
    if (GROUPS[object.group].sealed) await this.seal(group.id, id);
    return { document: id, revision: revision.id, title, text, note };
  }

  // Another revision, in words of its own: what went before is told to those who read the text, as it is now.
  async revise(object) {
    const [former, note] = ['former text', 'note of a later revision'].map((what) => this.canaries.word(`the ${what} of ${object.name}`, (reader) => readsText(reader, object)));
    for (const [text, said] of [[`All about ${former}, quietly, and ${object.text}.`, null], [`All about ${object.text}, quietly.`, note]]) await this.changes(object, 'revisions', { text, note: said });
    Object.assign(object, { former, laterNote: note });
  }

  // What the text's owner does to it as it is now.
  async changes(object, path, json) {
    const { revision } = expect(await this.people.owner.post(`documents/${object.document}/${path}`, json, { headers: { 'If-Match': `"${object.revision}"` } }), 201);
    object.revision = revision.id;
  }

  // What is suggested is as much a secret as what is said, until it is taken up; why it is not, too.
  async decide(object) {
    if (!sees(READERS.owner, object)) return;
    const [rejected, accepted] = [await this.annotate(object, object), await this.annotate(object, object, { exact: 'All' })];
    await this.settled(async () => (await this.people.owner.get(`annotations/${accepted.annotation}`)).status === 200);
    const reason = this.canaries.word(`why a suggestion of ${object.name} was rejected`, (reader) => sees(reader, object));
    expect(await this.people.owner.post(`annotations/${rejected.annotation}/reject`, { reason }), 200);
    await this.changes(object, 'suggestions/accept', { ids: [accepted.annotation] });
    this.canaries.widen([accepted.replacement], (reader) => readsText(reader, object));
    Object.assign(object, { reason, accepted: accepted.annotation });
  }

  // The further group reads it too.
  async list({ document }) {
    expect(await this.people.owner.put(`groups/${this.groups.further.id}/documents/${document}`), 204);
  }

  // An annotation as the object is, in its own words; on the object's text, or on another one like it.
  // All but answers are suggestions, with words of their own.
  async annotate(object, on, { exact = 'quietly' } = {}) {
    const { [GROUPS[object.group].author ?? 'author']: author, member } = this.people;
    const isFor = (reader) => sees(reader, object);
    const [body, tag, prefix, suffix, replacement] = ['body', 'tag', 'prefix', 'suffix', 'replacement'].map((what) => this.canaries.word(`the ${what} of ${object.name}`, isFor));
    const fields = { group: this.groups[object.group].id, body, tags: [tag] };
    if (object.draft) fields.draft = true;
    else if (object.for === 'author') fields.visibility = 'private';
    let note;
    if (object.apart) {
      const root = await author.annotates(on.document, { group: fields.group, body: 'the root' });
      await this.settled(async () => (await this.people.owner.get(`annotations/${root.id}`)).status === 200);
      note = await author.replies(await this.people.owner.replies(root, 'an answer'), body, { tags: [tag] });
    } else if (object.reply) {
      const root = await author.annotates(on.document, { ...fields, body: 'the root', tags: [] });
      note = await author.replies(root, body, { tags: [tag], visibility: 'private' });
    } else note = await author.annotates(on.document, { ...fields, quote: { exact, prefix, suffix }, replacement });
    if (object.name === 'hidden') {
      const why = this.canaries.word('why it is hidden', (reader) => leads(reader, object) || isAuthor(reader));
      await this.sql(`UPDATE annotation SET moderation = 'hidden', moderation_note = ${literal(why)} WHERE id = ${sqlId(note.id)}`,
        `SELECT settle_annotations(${sqlId(on.document)}, ARRAY[${sqlId(note.id)}::uuid], ${sqlId(this.people.moderator.id)})`);
    }
    if (object.deleted) {
      await member.replies(note, 'and yet');
      await author.deletes(note);
    }
    return { annotation: note.id, body, tag, replacement: object.reply ? undefined : replacement, words: [body, tag, prefix, suffix, replacement] };
  }

  async makeObject(object) {
    Object.assign(object, await this.putText(object));
    object.first = object.revision;
    await this.list(object);
    await this.revise(object);
    Object.assign(object, await this.annotate(object, object));
    if (object.reply || object.deleted) return;
    await this.decide(object);
    const quote = this.canaries.word(`the quote of ${object.name}`, (reader) => sees(reader, object));
    await this.sql(`UPDATE annotation SET quote_exact = ${literal(quote)}, shown = replace(shown, '"exact":"quietly"', '"exact":"${quote}"') WHERE id = ${sqlId(object.annotation)}`);
    Object.assign(object, { quote });
  }

  async endCredentials() {
    const { owner, disabled } = this.people;
    const signedIn = new Person(this.world, { cookie: owner.cookie });
    expect(await signedIn.delete(`tokens/${this.revoked.id}`), 204);
    await this.sql(`UPDATE token SET expires_at = now() - interval '1 hour' WHERE hash = sha256(${literal(this.expired)})`);
    gloss(['user', 'disable', disabled.name, ...this.world.cluster.options(this.world.database)]);
  }

  // Who asks as this reader; by their cookie where only that will do.
  as(reader, object, { cookie = false, scope = null } = {}) {
    if (!reader.user) return this.world.anyone;
    const { [this.userOf(reader, object)]: person } = this.people;
    const token = reader.name === 'expired token' ? this.expired
      : reader.name === 'revoked token' ? this.revoked.token
        : reader.unscoped ? (scope === 'feed' ? this.exporting : this.feed) : person.token;
    return new Person(this.world, cookie && !reader.byToken ? { cookie: person.cookie } : { token });
  }
}
