// Reads Prometheus' text format, version 0.0.4, and takes no liberties: anything that the format
// does not allow is thrown at whoever wrote it.
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const TYPES = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];

function fail(number, line, what) {
  throw new Error(`line ${number + 1}: ${what}: ${line}`);
}

// `a="x",b="y\n"` up to its closing bracket: [labels, rest].
function readLabels(text, say) {
  const labels = {};
  let at = 0;
  while (text[at] !== '}') {
    const name = /^([a-zA-Z_][a-zA-Z0-9_]*)="/.exec(text.slice(at));
    if (!name) say('not a label');
    if (name[1] in labels) say(`the label ${name[1]} twice`);
    at += name[0].length;
    let value = '';
    for (; text[at] !== '"'; at++) {
      if (at >= text.length) say('a label without an end');
      if (text[at] !== '\\') {
        value += text[at];
        continue;
      }
      const escaped = { '\\': '\\', '"': '"', n: '\n' }[text[++at]];
      if (escaped === undefined) say('an escape that there is not');
      value += escaped;
    }
    labels[name[1]] = value;
    at++;
    if (text[at] === ',') at++;
    else if (text[at] !== '}') say('neither a comma nor an end after a label');
  }
  return [labels, text.slice(at + 1)];
}

function readValue(text, say) {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  if (text === 'NaN') return NaN;
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) say('not a number');
  return Number(text);
}

const keyOf = (labels) => JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

function checkHistogram(family) {
  const series = new Map();
  for (const { name, labels, value } of family.samples) {
    const { le, ...others } = labels;
    const key = keyOf(others);
    if (!series.has(key)) series.set(key, { buckets: [] });
    const one = series.get(key);
    if (name.endsWith('_bucket')) {
      if (le === undefined) throw new Error(`${family.name}: a bucket without le`);
      one.buckets.push([readValue(le, (what) => { throw new Error(`${family.name}: ${le} is ${what}`); }), value]);
    } else if (name.endsWith('_sum')) one.sum = value;
    else if (name.endsWith('_count')) one.count = value;
    else throw new Error(`${family.name}: ${name} is no part of a histogram`);
  }
  for (const [key, { buckets, sum, count }] of series) {
    for (let i = 1; i < buckets.length; i++) {
      if (buckets[i][0] <= buckets[i - 1][0]) throw new Error(`${family.name}${key}: bounds do not rise`);
      if (buckets[i][1] < buckets[i - 1][1]) throw new Error(`${family.name}${key}: a bucket holds less than the one before`);
    }
    if (buckets.at(-1)?.[0] !== Infinity) throw new Error(`${family.name}${key}: no bucket to +Inf`);
    if (sum === undefined || count === undefined) throw new Error(`${family.name}${key}: no sum or no count`);
    if (buckets.at(-1)[1] !== count) throw new Error(`${family.name}${key}: the buckets hold ${buckets.at(-1)[1]}, the count says ${count}`);
    if (sum < 0 || (count === 0 && sum !== 0)) throw new Error(`${family.name}${key}: a sum of ${sum} over ${count}`);
  }
}

// name → { name, type, help, samples: [{ name, labels, value }] }
export function parseMetrics(text) {
  const families = new Map();
  const seen = new Set();
  let family;
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  text.slice(0, -1).split('\n').forEach((line, number) => {
    const say = (what) => fail(number, line, what);
    const comment = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line);
    if (comment) {
      const [, kind, name, rest] = comment;
      if (!NAME.test(name)) say('not a name');
      if (kind === 'HELP') {
        if (families.has(name)) say('a second family of this name');
        if (/\\(?![\\n])/.test(rest)) say('an escape that there is not');
        family = { name, help: rest, samples: [] };
        families.set(name, family);
      } else {
        if (family?.name !== name || family.type || family.samples.length) say('TYPE not right after HELP');
        if (!TYPES.includes(rest)) say('no such type');
        family.type = rest;
      }
      return;
    }
    if (line.startsWith('#')) say('a comment that is neither HELP nor TYPE');
    const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0];
    if (!name) say('not a name');
    if (!family?.type) say('a sample outside a family');
    const fits = family.type === 'histogram' ? name.startsWith(`${family.name}_`) : name === family.name;
    if (!fits) say(`not of the family ${family.name}`);
    let rest = line.slice(name.length);
    let labels = {};
    if (rest.startsWith('{')) [labels, rest] = readLabels(rest.slice(1), say);
    if (!/^ \S+$/.test(rest)) say('no single value after the name');
    const value = readValue(rest.slice(1), say);
    if (family.type === 'counter' && !(value >= 0)) say('a counter below 0');
    if (seen.has(name + keyOf(labels))) say('the same series twice');
    seen.add(name + keyOf(labels));
    family.samples.push({ name, labels, value });
  });
  for (const each of families.values()) {
    if (each.type === 'counter' && !each.name.endsWith('_total')) throw new Error(`${each.name}: a counter ends in _total`);
    if (each.type === 'histogram') checkHistogram(each);
  }
  return families;
}

// The sum of the samples of this name whose labels are at least these.
export function total(families, name, labels = {}) {
  const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ''));
  if (!family) throw new Error(`there is no ${name}`);
  return family.samples
    .filter((sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
    .reduce((sum, { value }) => sum + value, 0);
}
