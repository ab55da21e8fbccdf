// Medians, ratios and targets.
export function median(values) {
  const sorted = values.filter((v) => v !== undefined && !Number.isNaN(v)).sort((a, b) => a - b);
  return sorted.length ? (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2 : undefined;
}

const NAMES = {
  gloss: 'gloss', pgbench: 'pgbench, same statements', bare: 'pgbench, without the rule', nginx: 'nginx, the same bytes', fastify: 'Fastify and pg',
};
const KINDS = { one: 'one annotation', page: 'page of 50', insert: 'flushed insert', mix: 'mix of 70 one, 25 page, 5 insert' };

const cell = (text, width) => String(text ?? '').padStart(width);
const fixed = (value, places) => (value === undefined ? '' : value.toFixed(places));

export class Report {
  // isShort: too little was measured for its numbers to say anything.
  constructor(say, isShort) {
    this.say = say;
    this.isShort = isShort;
    this.found = {};
  }

  // measured: { contender: [round, …] }
  add(kind, connections, measured) {
    const rates = Object.fromEntries(Object.entries(measured).map(([name, rounds]) => [name, median(rounds.map((r) => r.rate))]));
    this.say(`\n${KINDS[kind]}, ${connections} connection${connections === 1 ? '' : 's'}`);
    this.say(`  ${''.padEnd(28)}${cell('a second', 10)}${cell('gloss is', 10)}${cell('p50 ms', 9)}${cell('p99 ms', 9)}${cell('server us', 11)}${cell('PostgreSQL us', 15)}`);
    for (const [name, rounds] of Object.entries(measured)) {
      if (!rounds.length) continue;
      const of = (pick) => median(rounds.map(pick));
      const latency = (p) => (rounds[0].kinds && kind !== 'mix' ? of((r) => r.kinds[kind][p] / 1000) : undefined);
      this.say(`  ${NAMES[name].padEnd(28)}${cell(Math.round(rates[name]).toLocaleString('en'), 10)}`
        + `${cell(name === 'gloss' ? '' : `${(rates.gloss / rates[name]).toFixed(2)}x`, 10)}${cell(fixed(latency('p50_us'), 2), 9)}${cell(fixed(latency('p99_us'), 2), 9)}`
        + `${cell(fixed(of((r) => r.server), 0), 11)}${cell(fixed(of((r) => r.postgres), 0), 15)}`);
    }
    const latencies = {};
    if (kind === 'mix') {
      for (const [name, rounds] of Object.entries(measured)) {
        if (!rounds[0]?.kinds) continue;
        latencies[name] = {};
        for (const part of Object.keys(rounds[0].kinds)) {
          const p50 = median(rounds.map((r) => r.kinds[part].p50_us / 1000)), p99 = median(rounds.map((r) => r.kinds[part].p99_us / 1000));
          latencies[name][part] = { p50, p99 };
          this.say(`    ${`${NAMES[name]}: ${part}`.padEnd(46)}${cell(fixed(p50, 2), 9)}${cell(fixed(p99, 2), 9)}${cell(`p99 is ${(p99 / p50).toFixed(1)}x`, 16)}`);
        }
      }
    }
    (this.found[kind] ??= {})[connections] = { rates, latencies };
  }

  // pairs, and before: { name, less, more }, names of what was measured, over HTTP (the first) and as bare
  // statements (both); statements: the names of those of the pairs.
  groups(connections, pairs, before, statements, measured) {
    const of = (name, pick) => median((measured[name] ?? []).map(pick));
    const times = (less, more) => of(less, (r) => r.rate) / of(more, (r) => r.rate);
    const line = (name, less, more) => {
      if (!measured[more]?.length) return;
      const [a, b] = [less, more].map((it) => of(it, (r) => r.postgres));
      this.say(`  ${name.padEnd(44)}${[less, more].map((it) => cell(Math.round(of(it, (r) => r.rate)).toLocaleString('en'), 9)).join('')}${cell(`${times(less, more).toFixed(2)}x`, 9)}`
        + `${cell(fixed(a, 0), 13)}${cell(fixed(b, 0), 9)}${cell(`${(b / a).toFixed(2)}x`, 9)}`);
    };
    const head = (title, less, more) => this.say(`\n${title}, ${connections} connections\n  ${'a second'.padStart(57)}${cell('takes', 14)}${cell('PostgreSQL us', 22)}\n`
      + `  ${''.padEnd(44)}${cell(less, 9)}${cell(more, 9)}${cell('', 9)}${cell(less, 13)}${cell(more, 9)}`);
    head('page of 50: of one group, and of all fifty that its reader is in', 'one', 'all');
    pairs.forEach(({ name, less, more }, i) => {
      line(name, `http_${less}`, `http_${more}`);
      line(`  pgbench, ${statements[i]}`, less, more);
    });
    if (before.some(({ more }) => measured[more])) head('page of 50, pgbench: before groups had their rules, and now', 'before', 'now');
    for (const { name, less, more } of before) line(name, less, more);
    this.found.groups = { http: times(`http_${pairs[0].less}`, `http_${pairs[0].more}`), bare: times(pairs[0].less, pairs[0].more),
      before: before.map(({ name, less, more }) => ({ name, times: times(less, more), us: of(less, (r) => r.postgres) })) };
  }

  revisions({ bytes, notes, rounds, after }) {
    const of = (pick) => median(rounds.map(pick));
    const ms = (which, p) => of((r) => r[which][p] / 1000);
    const mib = (kib) => `${(kib / 1024).toFixed(1)} MiB`;
    this.say(`\nan edit of ${(bytes / 2 ** 20).toFixed(1)} MiB with ${notes.toLocaleString('en')} notes, as a job, beside others who read one annotation each`);
    this.say(`  from its sending to its end: ${(of((r) => r.ms) / 1000).toFixed(2)} s (${rounds.map((r) => (r.ms / 1000).toFixed(2)).join(', ')})`);
    this.say(`  how the notes stand after the last: ${Object.entries(rounds[rounds.length - 1].anchors).map(([state, n]) => `${n} ${state}`).join(', ')}`);
    this.say(`  memory of the server: ${mib(of((r) => r.before))} before, ${mib(of((r) => r.peak))} at most, ${mib(after)} some seconds after the last`);
    this.say(`  the others${cell('p50 ms', 19)}${cell('p99 ms', 10)}${cell('at most', 10)}`);
    for (const which of ['alone', 'beside']) this.say(`    ${which.padEnd(17)}${['p50_us', 'p99_us', 'max_us'].map((p, i) => cell(fixed(ms(which, p), 2), i ? 10 : 8)).join('')}`);
    this.found.revisions = { seconds: of((r) => r.ms) / 1000, p99: ms('beside', 'p99_us') / ms('alone', 'p99_us'), most: ms('beside', 'max_us') };
  }

  memory({ steady, idle, connections, fastify }) {
    this.found.memory = { steady, each: (idle - steady) / connections };
    this.say(`\nmemory\n  steady RSS after the load: ${(steady / 1024).toFixed(1)} MiB`);
    if (fastify) this.say(`  Fastify and pg: ${(fastify / 1024).toFixed(1)} MiB`);
    this.say(`  ${connections.toLocaleString('en')} idle connections more: ${(idle / 1024).toFixed(1)} MiB, ${this.found.memory.each.toFixed(1)} KiB each`);
  }

  // Microseconds of PostgreSQL for the statements of one request, at each size.
  growth(sizes) {
    const [least] = sizes, most = sizes[sizes.length - 1];
    this.found.grown = { one: most.one / least.one, page: most.page / least.page };
    this.say('\ngrowth: microseconds of PostgreSQL for one request, one client');
    this.say(`  ${'annotations'.padEnd(14)}${cell('one', 8)}${cell('page', 8)}`);
    for (const { rows, one, page } of sizes) this.say(`  ${rows.toLocaleString('en').padEnd(14)}${cell(one.toFixed(0), 8)}${cell(page.toFixed(0), 8)}`);
    this.say(`  ${'most to least'.padEnd(14)}${cell(`${this.found.grown.one.toFixed(2)}x`, 8)}${cell(`${this.found.grown.page.toFixed(2)}x`, 8)}`);
  }

  targets() {
    const ratio = (kind, name) => {
      const all = Object.entries(this.found[kind] ?? {});
      const [, last] = all[all.length - 1] ?? [];
      return last?.rates[name] ? last.rates.gloss / last.rates[name] : undefined;
    };
    const mix = Object.entries(this.found.mix ?? {}).pop()?.[1].latencies.gloss;
    const spread = (part) => (mix?.[part] ? mix[part].p99 / mix[part].p50 : undefined);
    const { memory, grown, groups, revisions } = this.found;
    const list = [
      ['one, against the same statements in pgbench', ratio('one', 'pgbench'), '>=', 0.8],
      ['one, against Fastify', ratio('one', 'fastify'), '>=', 4],
      ['page, against the same statements in pgbench', ratio('page', 'pgbench'), '>=', 0.95],
      ['page, against Fastify', ratio('page', 'fastify'), '>=', 5],
      ['insert, against the same statements in pgbench', ratio('insert', 'pgbench'), '>=', 0.9],
      ['insert, against Fastify', ratio('insert', 'fastify'), '>=', 1.25],
      ['mix: p99 of one, times its p50', spread('one'), '<=', 5],
      ['mix: p99 of a page, times its p50', spread('page'), '<=', 5],
      ['one: PostgreSQL at most rows, times at fewest', grown?.one, '<=', 1.2],
      ['page: PostgreSQL at most rows, times at fewest', grown?.page, '<=', 1.2],
      ['page of all fifty groups, times that of one', groups?.http, '<=', 3],
      ['... as bare statements', groups?.bare, '<=', 3],
      ...groups?.before.map(({ name, times, us }) => [`page of ${name}, times before (${fixed(us, 0)} us)`, times, '<=', 1.05]) ?? [],
      ['an edit of a long text with many notes, s', revisions?.seconds, '<=', 5],
      ['... others beside it: p99, times alone', revisions?.p99, '<=', 10],
      ['... and the slowest of them, ms', revisions?.most, '<=', 400],
      ['steady RSS, MiB', memory && memory.steady / 1024, '<', 16],
      ['an idle connection, KiB', memory?.each, '<=', 9],
    ];
    this.say(`\ntargets, at the most connections${this.isShort ? ' (rounds under a second: these numbers say nothing)' : ''}`);
    for (const [what, value, sign, wanted] of list) {
      if (value === undefined || Number.isNaN(value)) continue;
      const reached = sign === '>=' ? value >= wanted : sign === '<' ? value < wanted : value <= wanted;
      this.say(`  ${reached ? 'reached    ' : 'NOT reached'}  ${what.padEnd(50)}${cell(value.toFixed(2), 8)} ${sign.padStart(2)} ${wanted}`);
    }
  }
}
