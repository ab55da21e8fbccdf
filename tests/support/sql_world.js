// A database with people, groups, texts and annotations, made by the server's own statements.
import { randomUUID } from 'node:crypto';
import { cluster } from './cluster.js';
import { Session, literal, numbers, mutant } from './sql.js';

export const EVERYONE = '00000000-0000-0000-0000-000000000001';
export const NIL = '00000000-0000-0000-0000-000000000000';

let names = 0;

export class World {
  // Of another database, if one is named that nobody uses.
  static async make(template) {
    const world = new World();
    world.cluster = await cluster();
    world.database = world.cluster.newDatabase(template);
    if (mutant.sql) world.cluster.sql(world.database, `SET search_path = gloss; ${mutant.sql}`);
    world.sessions = [];
    world.app = world.session();
    return world;
  }

  session(role) {
    const session = new Session(this.cluster, this.database, role);
    this.sessions.push(session);
    return session;
  }

  async end({ keep = false } = {}) {
    await Promise.all(this.sessions.map((session) => session.end()));
    if (!keep) this.cluster.dropDatabase(this.database);
  }

  async user() {
    const id = randomUUID();
    const name = `u${++names}`;
    await this.app.run(`SELECT create_user(${[id, name, name, null, false, randomUUID()].map(literal).join(', ')})`);
    return id;
  }

  async group(owner, access = 'private') {
    const id = randomUUID();
    await this.app.run(`SELECT create_group(${[id, 'group', access, 'G', null, owner].map(literal).join(', ')})`);
    return id;
  }

  join(group, user, role = 'member', session = this.app) {
    return session.run(`INSERT INTO member (group_id, user_id, role) VALUES (${[group, user, role].map(literal).join(', ')})`);
  }

  leave(group, user, session = this.app) {
    return session.run(`DELETE FROM member WHERE group_id = ${literal(group)} AND user_id = ${literal(user)}`);
  }

  async text(owner, group) {
    const id = randomUUID();
    const revision = randomUUID();
    await this.app.run(`INSERT INTO document (id, kind, group_id, audience_id, owner_id, title, current_revision_id)
      SELECT ${literal(id)}, 'text', group_id, id, ${literal(owner)}, 'T', ${literal(revision)} FROM audience
       WHERE group_id = ${literal(group)} AND class = 0`);
    await this.app.run(`INSERT INTO revision (document_id, id, number, format, sha256, chars, bytes)
      VALUES (${literal(id)}, ${literal(revision)}, 1, 'text/plain', sha256('x'), 1000, 1000)`);
    return { id, revision };
  }

  async list(document, group) {
    await this.app.run(`INSERT INTO listing (document_id, group_id, audience_id) SELECT ${literal(document)}, group_id, id
      FROM audience WHERE group_id = ${literal(group)} AND class = 0`);
  }

  async reads(user) {
    return numbers((await this.app.run(`SELECT reads_of(${literal(user)}) AS reads`))[0].reads);
  }

  // What the reader could read once, as users/identify_token finds it.
  async past(reader) {
    const rows = await this.app.run(`SELECT DISTINCT o FROM pass p CROSS JOIN LATERAL unnest(p.past) o
      WHERE p.user_id IN (${literal(reader)}, 'ffffffff-ffff-ffff-ffff-ffffffffffff') ORDER BY o`);
    return rows.map((row) => Number(row.o));
  }

  insertCall(id, author, reads, document, { group = null, secret = false, draft = false, start = null, tags = [], kind = 'comment' } = {}) {
    return ['annotations/insert', id, author, reads, document.id, group, secret, draft, kind, 'words', tags,
      null, null, null, null, null, '"kind":"comment"', 1, document.revision ?? null,
      start, start === null ? null : start + 10, start === null ? null : 'exact', start === null ? null : 1, null, null, null, null, null, kind === 'suggestion' ? 'other words' : null];
  }

  async annotate(author, document, options = {}, session = this.app) {
    const id = randomUUID();
    const rows = await session.batch(['annotations/lock', document.id, options.group ?? null],
      this.insertCall(id, author, await this.reads(author), document, options));
    return rows[0];
  }

  async find(reader, id, session = this.app) {
    return (await session.call('annotations/find', reader, await this.reads(reader), id, null))[0];
  }

  replyCall(id, author, reads, parent, { secret = false, draft = false, group = null } = {}) {
    return ['annotations/insert_reply', id, author, reads, parent.document_id, parent.id, secret, draft,
      'comment', 'words', [], null, '"kind":"comment"', 1, group];
  }

  async reply(author, parent, options = {}, session = this.app) {
    const rows = await session.batch(['annotations/prepare_answer', parent.document_id, parent.id, options.group ?? parent.group_id, author],
      ['annotations/lock', parent.document_id, parent.group_id],
      ['annotations/lock_thread', parent.document_id, parent.thread_id],
      this.replyCall(randomUUID(), author, await this.reads(author), parent, options));
    return rows[0];
  }

  async change(author, a, { secret = false, draft = false, version = a.version } = {}) {
    return (await this.app.batch(['annotations/lock', a.document_id, a.group_id],
      ['annotations/lock_thread', a.document_id, a.thread_id],
      ['annotations/update', a.document_id, a.id, Number(version), Number(a.audience_id), author, await this.reads(author),
        'comment', 'other words', [], secret, draft, '"kind":"comment"', 1, null],
      ['annotations/settle', a.document_id, a.thread_id, a.id, author]));
  }

  async remove(author, a) {
    return (await this.app.batch(['annotations/lock', a.document_id, a.group_id],
      ['annotations/lock_thread', a.document_id, a.thread_id],
      ['annotations/delete', a.document_id, a.id, Number(a.version), Number(a.audience_id), author, '"kind":"comment"', 1]))[0];
  }

  async react(reader, a, what) {
    return (await this.app.batch(['annotations/lock', a.document_id, a.group_id],
      ['annotations/lock_thread', a.document_id, a.thread_id],
      ['reactions/put', a.document_id, a.id, reader, await this.reads(reader), what]))[0];
  }

  async ownerOf(group, session = this.app) {
    return (await session.run(`SELECT user_id FROM member WHERE group_id = ${literal(group)} AND role = 'owner' LIMIT 1`))[0]?.user_id ?? NIL;
  }

  // From now on members write apart.
  async setReading(group, document, { count = null, byReader = true, due = null } = {}, session = this.app) {
    return (await session.batch(['readings/lock', group, document],
      ['readings/set', group, document, await this.ownerOf(group), ['owner'], count, byReader, due]))[0];
  }

  seal(group, document) {
    return this.setReading(group, document);
  }

  async revealNow(group, document) {
    return (await this.app.batch(['readings/lock', group, document], ['readings/reveal', group, document, await this.ownerOf(group), ['owner']]))[0];
  }

  async reveal(group, document, user) {
    await this.app.run(`INSERT INTO reveal (user_id, audience_id) SELECT ${literal(user)}, sealed_id FROM reading
      WHERE group_id = ${literal(group)} AND document_id = ${literal(document)} ON CONFLICT DO NOTHING`);
  }

  // One more group that an annotation is shown in.
  async show(a, group, session = this.app) {
    await session.batch(['annotations/lock_groups', a.document_id, [group]], ['annotations/lock_thread', a.document_id, a.thread_id],
      ['annotations/show', a.document_id, a.id, a.author_id, await this.reads(a.author_id), [group]]);
  }

  async unshow(a, group, session = this.app) {
    await session.batch(['annotations/lock_groups', a.document_id, [group]], ['annotations/lock_thread', a.document_id, a.thread_id],
      ['annotations/unshow', a.document_id, a.id, a.author_id, group]);
  }

  async publish(author, drafts, session = this.app) {
    await session.batch(['annotations/publish', author, drafts, randomUUID(), null]);
  }

  // A leader's decision, about the showing in `group` where that is not its home.
  async moderate(leader, a, state, group = a.group_id) {
    const what = group === a.group_id ? 'moderation/set' : 'moderation/set_shown';
    await this.app.batch(['annotations/lock', a.document_id, group], ['annotations/lock_thread', a.document_id, a.thread_id],
      [what, a.document_id, a.id, leader, await this.reads(leader), group, ['owner', 'admin', 'moderator'], state, null, randomUUID()],
      ['annotations/settle', a.document_id, a.thread_id, a.id, leader]);
  }

  // Who may write on a text: all, these groups, or none.
  async allow(owner, document, who, groups = []) {
    const [{ version }] = await this.app.run(`SELECT version FROM document WHERE id = ${literal(document)}`);
    await this.app.batch(['documents/hold', document],
      ['documents/set_annotating', document, owner, Number(version), who, groups, await this.reads(owner), ['owner', 'admin']],
      ['annotations/settle_all', document, owner]);
  }

  async shelves(reader, document, muted = null) {
    const rows = await this.app.call('shelves/of_document', reader, await this.reads(reader), document, await this.past(reader), muted);
    return { n: rows.reduce((sum, row) => sum + Number(row.n), 0), rows };
  }

  async faults() {
    const found = [];
    for (const check of ['passes', 'shelves', 'tallies', 'audiences']) {
      for (const row of await this.app.call(`doctor/${check}`)) found.push(row.fault);
    }
    return found;
  }
}
