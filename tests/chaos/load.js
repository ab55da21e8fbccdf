// Readers and writers who go on whatever happens, and remember all of it: every request with its times
// and its answer. check.js holds that history against what is there in the end.
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { send } from '../support/client.js';
import { patience } from '../support/binary.js';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const now = () => performance.now();

const WRITERS = 8;
const READERS = 4;
// What may be said to a good request while things break.
const EXCUSES = new Set([429, 503, 507]); // 429: too many connections from one address

export class Load {
  // urls: where to ask, each time anew; world.url changes when a server is started again.
  constructor(world, dice, { urls = () => [world.url], paceMs = 4 } = {}) {
    Object.assign(this, { world, dice, urls, paceMs });
    this.history = []; // { op, id, key, body, match, status, version, ids, from, to }
    this.faults = []; // what must never happen, whatever else does
    this.stopped = false;
    this.tries = 0;
  }

  async prepare() {
    this.people = [];
    for (let i = 0; i < WRITERS / 2; i++) this.people.push(Object.assign(await this.world.person(`writer${i}`), { notes: new Map() }));
    this.group = await this.world.group(...this.people);
    this.essay = await this.people[0].puts('The mass of men lead lives of quiet desperation.', { group: this.group.id });
    this.settled = await this.people[0].annotates(this.essay, { body: 'there from the beginning' });
  }

  start() {
    this.lanes = [
      // Two at each account: they get in each other's way.
      ...Array.from({ length: WRITERS }, (_, i) => this.lane(this.people[i >> 1], (person) => this.writes(person))),
      ...Array.from({ length: READERS }, (_, i) => this.lane(this.people[i % this.people.length], (person) => this.reads(person))),
    ];
    this.startedAt = now();
  }

  async lane(person, act) {
    while (!this.stopped) {
      await act(person);
      await pause(this.paceMs);
    }
  }

  async stop() {
    this.stopped = true;
    this.giveUpAt = now() + 20_000 * patience;
    await Promise.all(this.lanes);
  }

  // One request, recorded. status 0: no answer, of a kind that leaves open what was done; -1: nobody took it.
  async ask(person, entry, method, path, { body, headers = {} } = {}) {
    const urls = this.urls();
    const url = urls[this.tries++ % urls.length];
    const all = { Authorization: `Bearer ${person.token}`, ...headers };
    if (body !== undefined) all['Content-Type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const from = now();
    let answer;
    let why;
    try {
      answer = await send(url, { method, path, headers: all, body: body === undefined ? undefined : JSON.stringify(body) });
    } catch (error) {
      why = error.code ?? error.message;
    }
    const event = { ...entry, from, to: now(), status: answer?.status ?? (why === 'ECONNREFUSED' ? -1 : 0), why };
    this.history.push(event);
    if (answer && answer.status >= 500 && !EXCUSES.has(answer.status)) this.fault(event, `${answer.status}: ${answer.text.slice(0, 300)}`);
    if (answer && answer.status === 401) this.fault(event, 'not known any more');
    if (!answer || EXCUSES.has(answer.status)) await pause(5 + this.dice.below(30));
    return { answer, event };
  }

  fault(event, what) { this.faults.push(`${event.op} ${event.id ?? event.key ?? ''}: ${what}`); }

  async writes(person) {
    const dice = this.dice.fraction();
    const known = [...person.notes.keys()];
    if (known.length < 3 || dice < 0.6) return this.creates(person);
    const id = this.dice.one(known);
    return dice < 0.9 ? this.edits(person, id) : this.deletes(person, id);
  }

  async creates(person) {
    const key = randomUUID();
    for (;;) {
      const { answer, event } = await this.ask(person, { op: 'create', key, who: person.id }, 'POST', '/api/v1/annotations',
        { body: { document: this.essay.id, body: key }, headers: { 'Idempotency-Key': key } });
      if (answer?.status === 201) {
        const { id, body, version, created } = answer.json;
        Object.assign(event, { id, version, created });
        // The first answer may have been lost and the note changed since.
        if (body !== key && version === 1) this.fault(event, `an answer to somebody else: ${body}`);
        person.notes.set(id, answer.etag);
        return;
      }
      if (answer?.status === 404 || answer?.status === 410) return; // made unheard, and taken back
      if (answer && ![409, 429, 503, 507].includes(answer.status)) this.fault(event, `${answer.status}: ${answer.text.slice(0, 300)}`);
      if (now() > (this.giveUpAt ?? Infinity)) return;
    }
  }

  async edits(person, id) {
    const body = `edit ${randomUUID()}`;
    const etag = person.notes.get(id);
    const match = Number(/^"(\d+)/.exec(etag)?.[1]);
    const { answer, event } = await this.ask(person, { op: 'edit', id, body, match }, 'PATCH', `/api/v1/annotations/${id}`, { body: { body }, headers: { 'If-Match': etag } });
    if (answer?.status === 200) {
      event.version = answer.json.version;
      if (answer.json.id !== id || answer.json.body !== body) this.fault(event, 'an answer to somebody else');
      if (event.version !== match + 1) this.fault(event, `version ${event.version} after ${match}`);
      person.notes.set(id, answer.etag);
    } else if (answer?.status === 404) person.notes.delete(id);
    else if (answer?.status === 412 || !answer || answer.status >= 500 || answer.status === 429) await this.reads(person, id);
    else this.fault(event, `${answer.status}: ${answer.text.slice(0, 300)}`);
  }

  async deletes(person, id) {
    const { answer, event } = await this.ask(person, { op: 'delete', id }, 'DELETE', `/api/v1/annotations/${id}`);
    if (answer?.status === 204 || answer?.status === 404) person.notes.delete(id);
    else if (answer && answer.status < 500 && answer.status !== 429) this.fault(event, `${answer.status}: ${answer.text.slice(0, 300)}`);
  }

  async reads(person, id) {
    const somebody = id ? person : this.dice.one(this.people);
    const one = id ?? this.dice.one([...somebody.notes.keys(), this.settled.id]);
    if (!id && this.dice.chance(0.4)) return this.lists(person);
    const { answer, event } = await this.ask(person, { op: 'read', id: one }, 'GET', `/api/v1/annotations/${one}`);
    if (answer?.status === 200) {
      const { id: got, version, body } = answer.json;
      Object.assign(event, { version, body });
      if (got !== one) this.fault(event, `an answer to somebody else: ${got}`);
      if (somebody.notes.has(one)) somebody.notes.set(one, answer.etag);
    } else if (answer && ![404, 429, 503, 507].includes(answer.status)) this.fault(event, `${answer.status}: ${answer.text.slice(0, 300)}`);
  }

  async lists(person) {
    const { answer, event } = await this.ask(person, { op: 'list' }, 'GET', `/api/v1/annotations?document=${this.essay.id}&limit=100`);
    if (answer?.status === 200) {
      const { data, next } = answer.json;
      Object.assign(event, { ids: data.map((note) => note.id), since: next ? data.at(-1).created : '' });
    } else if (answer && !EXCUSES.has(answer.status)) this.fault(event, `${answer.status}: ${answer.text.slice(0, 300)}`);
  }

  // -- what the scenarios ask of it

  succeeded(since, until = Infinity) { return this.history.filter(({ status, to }) => status >= 200 && status < 300 && to >= since && to <= until); }

  // How long after `since` a request that was sent then, or later, is first answered well.
  async backAfter(since, limitMs, what = 'it') {
    for (;;) {
      const good = this.history.find(({ status, from }) => from >= since && status >= 200 && status < 300);
      if (good) return good.to - since;
      if (now() - since > limitMs) throw new Error(`${what} was not back within ${limitMs} ms`);
      await pause(20);
    }
  }

  percentile(p, op) {
    const times = this.history.filter((one) => one.op === op && one.status >= 200 && one.status < 300).map(({ from, to }) => to - from).sort((a, b) => a - b);
    return times[Math.floor(times.length * p)] ?? NaN;
  }

  slowest(since = 0) { return Math.max(0, ...this.history.filter(({ from }) => from >= since).map(({ from, to }) => to - from)); }
}
