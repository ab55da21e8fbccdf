// The contract as the judge of every answer: is this status documented, this media type, this shape?
// Errors that may answer any operation are its default response (x-problems, `everywhere`).
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { appendFileSync } from 'node:fs';
import { readContract } from './binary.js';

export const contract = readContract();
export const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
addFormats(ajv);
ajv.addSchema(contract, 'contract');

const escape = (part) => part.replaceAll('~', '~0').replaceAll('/', '~1');
const validators = new Map();

function validator(pointer) {
  if (!validators.has(pointer)) validators.set(pointer, ajv.compile({ $ref: `contract#${encodeURI(pointer)}` }));
  return validators.get(pointer);
}

export function resolve(node) {
  let at = node;
  while (at && at.$ref) at = at.$ref.slice(2).split('/').reduce((x, part) => x[part], contract);
  return at;
}

function pointerOf(node, pointer) {
  return node.$ref ? node.$ref.slice(1) : pointer;
}

// Most literal first, so that /me/export.md is not taken for /me/{something}, nor {a}@{b} for {a}.
const paths = Object.entries(contract.paths).map(([path, item]) => ({
  path,
  item,
  literal: path.split('/').filter((part) => !part.includes('{')).length * 100 + path.replace(/\{[^}]+\}/g, '').length,
  pattern: new RegExp(`^${path.split(/(\{[^}]+\})/).map((part) => (part.startsWith('{') ? '[^/]+' : part.replace(/[.*+?^$()|[\]\\]/g, '\\$&'))).join('')}$`),
})).sort((a, b) => b.literal - a.literal);

export function findPath(path) {
  return paths.find((entry) => entry.pattern.test(path));
}

export const operations = paths.flatMap(({ path, item }) => METHODS.filter((method) => item[method]).map((method) => ({
  path, method, item, operation: item[method], id: item[method].operationId,
})));

export const problems = new Map(contract['x-problems'].map((row) => [row.slug, row]));

// -- what was visited ------------------------------------------------------------------------------

const visited = new Set();
process.on('exit', () => {
  if (process.env.GLOSS_TEST_VISITED && visited.size) {
    appendFileSync(process.env.GLOSS_TEST_VISITED, `${[...visited].join('\n')}\n`);
  }
});

export function documentedVisits() {
  return operations.flatMap(({ id, operation }) => Object.keys(operation.responses)
    .filter((status) => status !== 'default').map((status) => `${id} ${status}`));
}

// -- validation --------------------------------------------------------------------------------------

const NDJSON = 'application/x-ndjson';

class ContractError extends Error {}

function explain(validate) {
  return validate.errors.slice(0, 6).map((e) => `${e.instancePath || '/'} ${e.message} ${JSON.stringify(e.params)}`).join('; ');
}

function checkProblem(found, response, say) {
  const { problem } = response;
  if (response.mediaType !== 'application/problem+json') say(`an error as ${response.mediaType || 'nothing'}, not application/problem+json`);
  const validate = validator('/components/schemas/problem');
  if (!validate(problem)) say(`not a problem: ${explain(validate)}`);
  const row = problems.get(problem.type.split('/').pop());
  if (!row) say(`${problem.type} is not in x-problems`);
  if (row.status !== response.status || problem.status !== response.status) say(`${problem.type} has the status ${row.status}, not ${response.status}`);
  if (row.title !== problem.title) say(`${problem.type} has the title "${row.title}", not "${problem.title}"`);
  if (found && !row.everywhere && !found.operation.responses[response.status]) say(`${row.slug} is not documented for ${found.id}`);
}

function checkHeaders(documented, response, say) {
  for (const [name, header] of Object.entries(documented.headers ?? {})) {
    const rule = resolve(header);
    const value = response.headers[name.toLowerCase()];
    if (value === undefined) {
      if (rule.required && !(name === 'ETag' && response.mediaType === NDJSON)) say(`no ${name}`);
    } else if (rule.schema?.pattern && !new RegExp(rule.schema.pattern).test(value)) {
      say(`${name}: ${value} does not fit ${rule.schema.pattern}`);
    }
  }
}

// A list as a whole: each line is what a page has in `data`, the last one counts them.
function checkLines(pointer, documented, response, say) {
  const lines = response.text.split('\n');
  if (lines.pop() !== '') say('the last line has no end');
  const values = lines.map((line) => JSON.parse(line));
  const end = values.pop();
  if (!end?.end) say(`the last line is ${JSON.stringify(end)}`);
  const line = documented.content[NDJSON]['x-line'];
  if (line) {
    const validate = validator(`${pointer}/content/${escape(NDJSON)}/x-line`);
    for (const value of [...values, end]) if (!validate(value)) say(`a line breaks its schema: ${explain(validate)}: ${JSON.stringify(value)}`);
    if (end.created + end.failed !== values.length) say(`the last line counts ${JSON.stringify(end)} of ${values.length}`);
  }
  if (!documented.content['application/json']) return;
  if (end.count !== values.length) say(`the last line counts ${end.count} of ${values.length}`);
  const validate = validator(`${pointer}/content/${escape('application/json')}/schema`);
  for (let i = 0; i < values.length; i += 100) {
    if (!validate({ data: values.slice(i, i + 100), next: null })) say(`a line breaks its schema: ${explain(validate)}`);
  }
}

function checkBody(pointer, documented, response, method, say) {
  const types = Object.keys(documented.content ?? {});
  if (response.headers['preference-applied'] === 'return=minimal' && response.bytes.length === 0) return;
  if (types.length === 0) {
    if (response.bytes.length) say(`a body where none is documented: ${response.text.slice(0, 200)}`);
    return;
  }
  if (!types.includes(response.mediaType)) say(`${response.mediaType || 'no media type'}, not ${types.join(' or ')}`);
  if (method === 'head') return;
  if (response.mediaType === NDJSON) checkLines(pointer, documented, response, say);
  if (response.mediaType !== 'application/json') return;
  const validate = validator(`${pointer}/content/${escape(response.mediaType)}/schema`);
  if (!validate(response.json)) say(`the body breaks its schema: ${explain(validate)}\n${response.text.slice(0, 600)}`);
}

// A request that the server took must be one that the contract allows.
function checkRequest({ item, operation, id }, pointer, request, say) {
  const known = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve);
  for (const key of request.query.keys()) {
    // pages pass over what links have picked up on their way
    if (!known.some((p) => p.in === 'query' && p.name === key) && !operation.tags?.includes('pages')) say(`took the parameter ${key}, which is not documented`);
  }
  if (request.body === undefined) {
    if (operation.requestBody?.required) say('took no body where one is required');
    return;
  }
  const content = resolve(operation.requestBody)?.content;
  if (!content) return;
  if (!content[request.mediaType]) say(`took a body in ${request.mediaType}, which is not documented`);
  if (request.json === undefined) return;
  const validate = validator(`${pointer}/requestBody/content/${escape(request.mediaType)}/schema`);
  if (!validate(request.json)) say(`took for ${id} a body that breaks its schema: ${explain(validate)}`);
}

// Throws unless the answer is one that the contract promises.
export function checkExchange(request, response) {
  const say = (what) => {
    throw new ContractError(`${request.method} ${request.path} → ${response.status}: ${what}\n${response.text.slice(0, 1000)}`);
  };
  const method = request.method.toLowerCase();
  const asked = method === 'head' ? 'get' : method;
  const path = request.path.replace(/\.(json|ndjson|txt|html)$/, '');
  const entry = findPath(request.path) ?? findPath(path);
  const operation = entry?.item[asked];
  const found = operation && { ...entry, operation, id: operation.operationId, method: asked };
  if (method === 'options' && response.status === 204) return;
  if (!found) {
    if (response.status < 400) say('answered, though the contract has no such operation');
    if (response.problem) checkProblem(null, response, say);
    return;
  }
  const pointer = `/paths/${escape(found.path)}/${asked}`;
  const status = String(response.status);
  const named = operation.responses[status];
  const documented = resolve(named ?? operation.responses.default);
  if (!named && !(response.status >= 400 && [...problems.values()].some((row) => row.everywhere && row.status === response.status))) {
    say(`${found.id} does not document this status`);
  }
  if (method !== 'head') visited.add(`${found.id} ${status}`);
  checkHeaders(documented, response, say);
  if (response.status >= 400) {
    if (method !== 'head' && response.mediaType !== 'text/html') checkProblem(found, response, say);
    return;
  }
  checkBody(pointerOf(named, `${pointer}/responses/${status}`), documented, response, method, say);
  if (response.status < 300) checkRequest(found, pointer, request, say);
}
