// A world to act in: a server on a database of its own, and people who read and write there.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import { exchange } from './client.js';
import { cluster } from './cluster.js';
import { Server } from './server.js';
import { mutant } from './sql.js';

const encode = encodeURIComponent;

// Registered here, so for the whole file: worlds that begin inside a test last as long.
const worlds = [];
after(async () => {
  const ends = await Promise.allSettled(worlds.map((world) => world.stop()));
  for (const { reason } of ends) if (reason) throw reason;
});


// The answer's JSON, if it has the status; else a failure that shows what was said instead.
export function expect(response, status) {
  assert.equal(response.status, status, `expected ${status}, got ${response.status}: ${response.text.slice(0, 1500)}`);
  return response.text && /[/+]json$/.test(response.mediaType) ? response.json : response.text;
}

// Checks that it is this error, and hands the problem back.
export function refused(response, slug, pointer) {
  assert.equal(response.slug, slug, `expected ${slug}, got ${response.status}: ${response.text.slice(0, 1500)}`);
  if (pointer !== undefined) assert.ok(response.pointers.includes(pointer), `no error at ${pointer}: ${response.text.slice(0, 1500)}`);
  return response.problem;
}

// Things know their own address: note.path.
function withPath(thing) {
  if (thing?.links) Object.defineProperty(thing, 'path', { value: thing.links.self });
  return thing;
}

const idOf = (thing) => (typeof thing === 'string' ? thing : thing.id);

export class Person {
  constructor(world, fields = {}) {
    Object.assign(this, { world, ...fields });
  }

  request(method, path, options = {}) {
    const headers = { ...options.headers };
    if (this.token && !('Authorization' in headers)) headers.Authorization = `Bearer ${this.token}`;
    else if (this.cookie && !('Cookie' in headers)) {
      // As the page itself sends it.
      headers.Cookie = this.cookie;
      if (!('Origin' in headers)) headers['Sec-Fetch-Site'] ??= 'same-origin';
    }
    const full = path.startsWith('/') ? path : `/api/v1/${path}`;
    return exchange(this.world.url, method, full, { ...options, headers });
  }

  get(path, options) { return this.request('GET', path, options); }
  delete(path, options) { return this.request('DELETE', path, options); }
  post(path, json, options) { return this.request('POST', path, { json, ...options }); }
  put(path, json, options) { return this.request('PUT', path, { json, ...options }); }
  patch(path, json, options) { return this.request('PATCH', path, { json, ...options }); }

  // -- texts
  async puts(text, fields = {}) {
    return withPath(expect(await this.post('documents', { text, title: 'Untitled', ...fields }), 201));
  }

  async putsMarkdown(markdown, fields = {}) {
    return withPath(expect(await this.post('documents', { markdown, title: 'Untitled', ...fields }), 201));
  }

  async reads(thing) { return withPath(expect(await this.get(typeof thing === 'string' ? thing : thing.links.self), 200)); }
  async textOf(document) { return expect(await this.get(`${document.links.self}/text`), 200); }

  // -- annotations
  async annotates(document, fields = {}) {
    return withPath(expect(await this.post('annotations', { document: idOf(document), ...fields }), 201));
  }

  async replies(note, body, fields = {}) {
    return withPath(expect(await this.post(`${note.links.self}/replies`, { body, ...fields }), 201));
  }

  async edits(note, changes) { return withPath(expect(await this.patch(note.links.self, changes), 200)); }
  async deletes(thing) { return expect(await this.delete(thing.links.self), 204); }

  // All the annotations that one sees, over every page.
  async sees(document, query = '') {
    const seen = [];
    let path = `/api/v1/annotations?document=${encode(idOf(document))}${query && `&${query}`}`;
    while (path) {
      const response = await this.get(path);
      seen.push(...expect(response, 200).data);
      path = response.next;
    }
    return seen;
  }

  async reacts(note, reaction) { return expect(await this.put(`${note.links.self}/reactions/${reaction}`), 200); }
  async unreacts(note, reaction) { return expect(await this.delete(`${note.links.self}/reactions/${reaction}`), 200); }

  // -- groups
  async founds(name, fields = {}) { return withPath(expect(await this.post('groups', { name, ...fields }), 201)); }
  async invites(group, fields = {}) { return withPath(expect(await this.post(`${group.links.self}/invitations`, fields), 201)); }
  async accepts(invitation) { return withPath(expect(await this.post(`invitations/${invitation.code}/accept`), 200)); }

  async joins(group, owner) {
    await this.accepts(await owner.invites(group));
    return this;
  }

  async leaves(group) { return expect(await this.post(`${group.links.self}/leave`), 204); }

  // -- oneself
  async isCalled(name) {
    const signedIn = new Person(this.world, { cookie: this.cookie });
    return expect(await signedIn.patch('me', { display_name: name }), 200);
  }

  async makesToken(scopes, fields = {}) {
    const signedIn = new Person(this.world, { cookie: this.cookie });
    return expect(await signedIn.post('tokens', { name: 'test', scopes, ...fields }), 201);
  }

  // The same person with a token that has these scopes only.
  async withScopes(...scopes) {
    const { token } = await this.makesToken(scopes);
    return new Person(this.world, { ...this, token });
  }
}

export class World {
  // A server on a database of its own, taken down after the file's tests.
  static async start({ args = [], signup = 'open', rateLimit = 'off', workers = 2, cluster: own, ...options } = {}) {
    const world = new World();
    world.cluster = own ?? await cluster();
    world.database = world.cluster.newDatabase();
    if (mutant.sql) world.sql(`SET search_path = gloss; ${mutant.sql}`);
    world.args = [...world.cluster.options(world.database), '--workers', String(workers), ...(signup ? ['--signup', signup] : []), ...(rateLimit ? ['--rate-limit', rateLimit] : []), ...args];
    world.server = await Server.start(world.args, options);
    world.anyone = new Person(world);
    world.people = 0;
    worlds.push(world);
    return world;
  }

  get url() { return this.server.url; }

  // Somebody with an account, a session and a token of every scope but admin.
  async person(name = `reader${++this.people}`, fields = {}) {
    const password = fields.password ?? `pass-${randomBytes(9).toString('base64url')}`;
    const signed = await this.anyone.post('users', { name, password, session: true, ...fields });
    const { id } = expect(signed, 201);
    const cookie = signed.headers['set-cookie'][0].split(';')[0];
    const person = new Person(this, { name, id, password, cookie });
    person.token = (await person.makesToken(undefined)).token;
    return person;
  }

  async people3() { return [await this.person('alice'), await this.person('bob'), await this.person('carol')]; }

  // A group of the first that the others have joined.
  async group(owner, ...members) {
    const group = await owner.founds('Thursday readers');
    for (const member of members) await member.joins(group, owner);
    return group;
  }

  sql(text) { return this.cluster.sql(this.database, text); }

  async stop() {
    try {
      await this.server.stop();
    } finally {
      this.cluster.dropDatabase(this.database);
    }
  }
}
