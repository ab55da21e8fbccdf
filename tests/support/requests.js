// Requests drawn from the contract by fast-check: mostly right, half right, or wrong. What exists only
// while a test runs (ids, codes) stands in them as a reference, which fill() puts in at its time: so a
// request can be drawn again, and made smaller, without the run that it failed in.
import fc from 'fast-check';
import { operations, resolve } from './contract.js';

export const STRANGE = ['', ' ', 'x', '😀', 'e\u0301', '\u202e', '\ufeff', "'", '"', '%', '\\', '../..', '<b>', '0', '-1', 'null', 'a'.repeat(300), '\n', '\t', '\u0001', '\u0000', '\ud800', 'NaN', '1e309', 'true', '[]', '{}', '__proto__', '2026-03-01T09:30:00Z', '9999-12-31T23:59:59.999999Z', '0001-01-01T00:00:00Z', '1e5', `https://example.org/${'x'.repeat(3000)}`, 'http://[::1', 'everyone', 'mine', 'me'];
const VALUES = [null, true, false, 0, -1, 1, 1.5, 1e308, 9007199254740993, -0, 2147483648, [], {}, [[]], [null], { a: 1 }, ...STRANGE];
const WORDS = ['mass', 'The mass', 'lead', 'men lead lives', 'word', 'short', '# A heading\n\nA *text*.'];
const DEPTH_MAX = 6;

class Reference {
  constructor(kind, number) { Object.assign(this, { kind, number }); }
  toString() { return `<${this.kind} ${this.number}>`; }
  toJSON() { return this.toString(); }
}

const weighted = (...pairs) => fc.oneof(...pairs.filter(([weight]) => weight > 0).map(([weight, arbitrary]) => ({ weight, arbitrary })));
const one = (list) => fc.constantFrom(...list);
const reference = (kind) => fc.noBias(fc.nat(39)).map((number) => new Reference(kind, number));
const strange = weighted([8, one(STRANGE)], [1, fc.fullUnicodeString({ maxLength: 40 })]);
const anything = weighted([8, one(VALUES)], [1, fc.jsonValue({ maxDepth: 3 })]);

const KINDS_OF_PREFIX = { ann: 'annotation', doc: 'document', rev: 'revision', grp: 'group', usr: 'user', tok: 'token', inv: 'invitation' };
const NAMED = ['document', 'revision', 'annotation', 'group', 'user', 'token', 'invitation', 'code', 'author', 'parent'];

function textOf(schema) {
  const prefix = /([a-z]{3})_\[0-7\]/.exec(schema.pattern ?? '')?.[1];
  if (KINDS_OF_PREFIX[prefix]) return reference(KINDS_OF_PREFIX[prefix]);
  return weighted([3, one(WORDS)], [2, strange], [1, fc.string({ maxLength: 30 })]);
}

function objectOf(schema, depth) {
  const members = Object.entries(schema.properties ?? {}).map(([key, inner]) => {
    const wanted = (schema.required ?? []).includes(key) ? 19 : 7;
    const value = NAMED.includes(key) ? weighted([6, reference(key)], [1, valueOf(inner, depth + 1)]) : valueOf(inner, depth + 1);
    return weighted([wanted, value.map((v) => [[key, v]])], [20 - wanted, fc.constant([])]);
  });
  const more = weighted([24, fc.constant([])], [1, fc.tuple(strange, anything).map((pair) => [pair])]);
  return fc.tuple(...members, more).map((parts) => Object.fromEntries(parts.flat()));
}

// What a schema asks for, or now and then something else.
export function valueOf(schema, depth = 0) {
  const at = resolve(schema) ?? {};
  const right = () => {
    if (at.const !== undefined) return fc.constant(at.const);
    if (at.enum) return one(at.enum);
    for (const choice of [at.oneOf, at.anyOf]) if (choice && !at.properties) return fc.oneof(...choice.map((inner) => valueOf(inner, depth + 1)));
    if (Array.isArray(at.type)) return fc.oneof(...at.type.map((type) => valueOf({ ...at, type }, depth + 1)));
    if (at.type === 'object' || at.properties) return objectOf(at, depth);
    if (at.type === 'array') return fc.array(valueOf(at.items ?? {}, depth + 1), { maxLength: 4 });
    if (at.type === 'integer') return weighted([4, one([0, 1, 2, 3, 5, 8, 50, 200, 201, 100000])], [1, fc.integer()]);
    if (at.type === 'number') return fc.double({ noNaN: true, noDefaultInfinity: true });
    if (at.type === 'boolean') return fc.boolean();
    if (at.type === 'null') return fc.constant(null);
    return textOf(at);
  };
  if (depth >= DEPTH_MAX) return anything;
  return weighted([40, right()], [1, anything]);
}

function queryOf(parameters) {
  const drawn = parameters.filter((parameter) => parameter.in === 'query').map((parameter) => {
    const value = NAMED.includes(parameter.name) ? weighted([5, reference(parameter.name)], [2, valueOf(parameter.schema, 1)]) : valueOf(parameter.schema, 1);
    return weighted([3, value.map((v) => [[parameter.name, v]])], [7, fc.constant([])]);
  });
  const more = weighted([30, fc.constant([])], [1, fc.tuple(strange, strange).map((pair) => [pair])]);
  return fc.tuple(...drawn, more).map((parts) => parts.flat());
}

function bodyOf(content) {
  if (!content) return fc.constant({});
  return fc.oneof(...Object.entries(content).map(([type, { schema }]) => {
    if (type === 'application/x-ndjson') {
      return fc.array(valueOf(schema ?? {}), { maxLength: 5 }).map((lines) => ({ type, lines }));
    }
    if (!/json/.test(type)) return fc.oneof(one(['A text.', '# A heading\n\nText.']), strange.filter((text) => text.isWellFormed?.() ?? !/[\ud800-\udfff]/.test(text))).map((body) => ({ type, body }));
    // Half a body is no JSON: nothing of it is known.
    return weighted([30, valueOf(schema).map((json) => ({ type, json }))], [1, fc.tuple(valueOf(schema), fc.nat(20)).map(([json, keep]) => ({ type, json, keep }))]);
  }));
}

const header = (name, percent, values) => weighted([100 - percent, fc.constant([])], [percent, one(values).map((value) => [[name, value]])]);
const headers = fc.tuple(
  header('If-Match', 8, ['*', '"1"', '"x"', 'W/"1"', 'junk', '"1.abc"', '']),
  header('If-None-Match', 8, ['*', '"1"', '"x"', 'W/"1"', 'junk']),
  header('Idempotency-Key', 5, ['one', 'two', 'three', 'x'.repeat(300)]),
  header('Accept', 4, ['*/*', 'text/html', 'application/json', 'application/x-ndjson', 'image/png', 'junk', 'application/json;q=0', ',,,', 'text/*;q=x']),
  header('Accept-Encoding', 4, ['gzip', 'br', 'identity;q=0', '*;q=0', 'gzip;q=0.5, br', 'junk']),
  header('Prefer', 3, ['return=minimal', 'return=representation', 'respond-async', 'junk']),
).map((parts) => Object.fromEntries(parts.flat()));

const drawn = operations.map(({ path, method, item, operation }) => {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
  return fc.record({
    method: fc.constant(method.toUpperCase()),
    path: fc.constant(path),
    params: fc.tuple(...names.map((name) => weighted([9, reference(name)], [1, strange]))),
    query: queryOf([...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve)),
    body: bodyOf(operation.requestBody?.content),
    headers,
    who: fc.noBias(fc.nat(999)),
  });
});

export const anyRequest = fc.oneof(...drawn);

// -- what is sent ------------------------------------------------------------------------------------

const encode = (text) => encodeURIComponent(String(text).replace(/[\ud800-\udfff]/gu, '?'));

function filled(value, known) {
  if (value instanceof Reference) {
    const list = known[value.kind]?.length ? known[value.kind] : ['x'];
    return list[value.number % list.length];
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, known));
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, known)]));
  return value;
}

// { method, path, options } for Person.request(), with what `known` has of each kind now.
export function fill(request, known) {
  let at = 0;
  const target = request.path.replace(/\{\w+\}/g, () => {
    const param = request.params[at++];
    return param instanceof Reference ? filled(param, known) : encode(param) || 'x';
  });
  const query = request.query.map(([name, value]) => {
    const given = filled(value, known);
    return `${encode(name)}=${encode(given && typeof given === 'object' ? JSON.stringify(given) : given)}`;
  });
  const { type, body, json, lines, keep } = request.body;
  const options = { headers: { ...request.headers } };
  if (type) options.type = type;
  if (lines) options.body = lines.map((line) => `${JSON.stringify(filled(line, known))}\n`).join('');
  else if (keep !== undefined) options.body = JSON.stringify(filled(json, known)).slice(0, keep);
  else if (json !== undefined) options.json = filled(json, known);
  else if (body !== undefined) options.body = body;
  return { method: request.method, path: query.length ? `${target}?${query.join('&')}` : target, options };
}
