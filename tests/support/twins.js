// What one reader is told, written down so that it may be held against what another is told in a world
// that should look the same to them: ids, tags, cursors and times have the number of their first
// appearance in place of what they are.
const TIMED = new Set(['date', 'x-request-id', 'ratelimit', 'ratelimit-policy', 'retry-after', 'keep-alive', 'connection', 'server-timing']);

export class Transcript {
  #names = new Map();
  #counts = new Map();
  lines = [];

  // origin: where this world is
  constructor(origin) {
    this.origin = origin;
  }

  #name(kind, text) {
    if (!this.#names.has(text)) {
      this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
      this.#names.set(text, `<${kind} ${this.#counts.get(kind)}>`);
    }
    return this.#names.get(text);
  }

  // Lengths stay what they are: all that is renamed has the same length everywhere.
  rename(text) {
    return text.replaceAll(this.origin, '<origin>')
      .replace(/\b([a-z]{3})_[0-7][0-9a-hjkmnp-tv-z]{25}\b/g, (id, kind) => this.#name(kind, id))
      .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
      .replace(/\b\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, '<time>')
      .replace(/\bgloss_[\w-]{43}/g, '<secret>').replace(/\bsid=[\w-]+/g, 'sid=<secret>')
      .replace(/("request_id":)"[^"]*"/g, '$1"<request>"')
      .replace(/("next":)"[^"]*"/g, (_, key) => `${key}"<cursor>"`)
      .replace(/([?&;]cursor=)[\w%.~-]+/g, '$1<cursor>')
      .replace(/\bReader [0-9A-F]{5}\b/g, (mask) => this.#name('mask', mask));
  }

  add(what, response) {
    const headers = Object.entries(response.headers).filter(([name]) => !TIMED.has(name))
      .map(([name, value]) => `${name}: ${name === 'etag' ? this.#name('tag', value) : this.rename(String(value))}`).sort();
    this.lines.push({ what, said: [String(response.status), ...headers, '', this.rename(response.text)].join('\n') });
  }
}

// The first place where two transcripts differ, in words; null where they do not.
export function difference(one, two) {
  for (let i = 0; i < Math.max(one.lines.length, two.lines.length); i++) {
    const [a, b] = [one.lines[i], two.lines[i]];
    if (a?.what !== b?.what) return `${i}: ${a?.what} against ${b?.what}`;
    if (a.said === b.said) continue;
    let at = 0;
    while (a.said[at] === b.said[at]) at++;
    const around = (text) => text.slice(Math.max(0, at - 300), at + 300);
    return `${a.what}\n--- one\n${around(a.said)}\n--- the other\n${around(b.said)}`;
  }
  return null;
}
