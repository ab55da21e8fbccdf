// The people, groups, texts and annotations that the matrix asks about, and the words that betray a leak.
import { gloss, patience } from './binary.js';
import { Session, literal } from './sql.js';
import { after } from 'node:test';
import { Person, World, expect } from './people.js';
import { GROUPS, OBJECTS, READERS, isAuthor, leads, readsText, sees } from './access_model.js';

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
      if (user && !this.people[user]) this.people[user] = await this.world.person(user);
    }
    this.people.spare = await this.world.person('spare'); // a member who asks for nothing
    this.people.asker = await this.world.person('asker'); // has asked to be let in everywhere
    this.feed = (await this.people.owner.makesToken(['feed'])).token;
    this.exporting = (await this.people.owner.makesToken(['export'])).token;
    this.expired = (await this.people.owner.makesToken(undefined)).token;
    this.revoked = await this.people.owner.makesToken(undefined);
  }

  async makeGroups() {
    const { owner } = this.people;
    this.groups = {};
    for (const [name, facts] of Object.entries({ ...GROUPS, further: { access: 'private' } })) {
      const inside = (reader) => Boolean(reader.role) || facts.access !== 'private';
      const named = this.canaries.word(`the name of the ${name} group`, inside);
      const described = this.canaries.word(`the description of the ${name} group`, inside);
      const group = await owner.founds(named, { description: described });
      this.groups[name] = { id: group.id, words: [named, described] };
      for (const reader of Object.values(READERS)) if (reader.role && reader.user !== 'owner' && !reader.byToken) await this.joins(reader.user, group.id, reader.role);
      for (const user of ['removed', 'disabled', 'spare']) await this.joins(user, group.id, 'member');
      const { id, code } = await owner.invites(group);
      Object.assign(this.groups[name], { invitation: id, code });
      await this.sql(`UPDATE groups SET access = ${literal(facts.access)}, premoderated = ${Boolean(facts.premoderated)} WHERE id = ${sqlId(group.id)}`);
      await this.leaves('removed', group.id);
      if (name !== 'further') await this.asks(this.groups[name], facts);
    }
  }

  joins(user, group, role) {
    return this.sql(`INSERT INTO member (group_id, user_id, role) VALUES (${sqlId(group)}, ${sqlId(this.people[user].id)}, ${literal(role)}) ON CONFLICT DO NOTHING`);
  }

  leaves(user, group) {
    return this.sql(`DELETE FROM member WHERE group_id = ${sqlId(group)} AND user_id = ${sqlId(this.people[user].id)}`);
  }

  // Asked while it could be: it was restricted then.
  async asks(group, { access }) {
    group.flag = this.canaries.word('what a flag says', leads);
    group.message = this.canaries.word('a request to join', leads);
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
  unmask(user) { return this.sql(`DELETE FROM mask WHERE user_id = ${sqlId(this.people[user].id)}`); }

  // Members write apart on this text until the reveal; the member of the model has opened it.
  seal(group, document) {
    return this.sql(`INSERT INTO audience (group_id, class, document_id) VALUES (${sqlId(group)}, 3, ${sqlId(document)})`,
      `INSERT INTO reading (group_id, document_id, by_reader, sealed_id)
         SELECT group_id, document_id, true, id FROM audience WHERE class = 3 AND document_id = ${sqlId(document)}`,
      `INSERT INTO reveal (user_id, audience_id) SELECT ${sqlId(this.people.member.id)}, sealed_id FROM reading WHERE document_id = ${sqlId(document)}`);
  }

  async putText(object) {
    const group = this.groups[object.group];
    const title = this.canaries.word(`the title of the text of ${object.name}`, (reader) => readsText(reader, object));
    const text = this.canaries.word(`the text of ${object.name}`, (reader) => readsText(reader, object));
    const { id, revision } = await this.people.owner.puts(`All about ${text}, quietly.`, { title, group: group.id });
    if (GROUPS[object.group].sealed) await this.seal(group.id, id);
    return { document: id, revision: revision.id, title, text };
  }

  // The further group reads it too.
  async list({ document }) {
    expect(await this.people.owner.put(`groups/${this.groups.further.id}/documents/${document}`), 204);
  }

  // An annotation as the object is, in its own words; on the object's text, or on another one like it.
  async annotate(object, on) {
    const { author, member } = this.people;
    const isFor = (reader) => sees(reader, object);
    const [body, tag] = [this.canaries.word(`the body of ${object.name}`, isFor), this.canaries.word(`a tag of ${object.name}`, isFor)];
    const fields = { group: this.groups[object.group].id, body, tags: [tag] };
    if (object.draft) fields.draft = true;
    else if (object.for === 'author') fields.visibility = 'private';
    let note;
    if (object.reply) {
      const root = await author.annotates(on.document, { ...fields, body: 'the root', tags: [] });
      note = await author.replies(root, body, { tags: [tag], visibility: 'private' });
    } else note = await author.annotates(on.document, { ...fields, quote: 'quietly' });
    if (object.name === 'hidden') {
      const why = this.canaries.word('why it is hidden', (reader) => leads(reader) || isAuthor(reader));
      await this.sql(`UPDATE annotation SET moderation = 'hidden', moderation_note = ${literal(why)} WHERE id = ${sqlId(note.id)}`,
        `SELECT settle_annotations(${sqlId(on.document)}, ARRAY[${sqlId(note.id)}::uuid], ${sqlId(this.people.moderator.id)})`);
    }
    if (object.deleted) {
      await member.replies(note, 'and yet');
      await author.deletes(note);
    }
    return { annotation: note.id, body, tag };
  }

  async makeObject(object) {
    Object.assign(object, await this.putText(object));
    await this.list(object);
    Object.assign(object, await this.annotate(object, object));
  }

  async endCredentials() {
    const { owner, disabled } = this.people;
    const signedIn = new Person(this.world, { cookie: owner.cookie });
    expect(await signedIn.delete(`tokens/${this.revoked.id}`), 204);
    await this.sql(`UPDATE token SET expires_at = now() - interval '1 hour' WHERE hash = sha256(${literal(this.expired)})`);
    gloss(['user', 'disable', disabled.name, ...this.world.cluster.options(this.world.database)]);
  }

  // Who asks as this reader; by their cookie where only that will do.
  as(reader, { cookie = false, scope = null } = {}) {
    if (!reader.user) return this.world.anyone;
    const { [reader.user]: person } = this.people;
    const token = reader.name === 'expired token' ? this.expired
      : reader.name === 'revoked token' ? this.revoked.token
        : reader.unscoped ? (scope === 'feed' ? this.exporting : this.feed) : person.token;
    return new Person(this.world, cookie && !reader.byToken ? { cookie: person.cookie } : { token });
  }
}
