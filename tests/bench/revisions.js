// What an edit of a long text with many notes takes, what the server needs for it, and how others fare who
// ask for one annotation meanwhile: the same load alone and beside it, in turns.
import { rssKib, load } from './measure.js';
import { ask, must } from './requests.js';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const CONNECTIONS = 4;

// The same numbers each time (Park and Miller).
function numbers(seed) {
  let at = seed;
  return (below) => (at = at * 48271 % 2147483647) % below;
}

// Sentences of words that come again and again, as in a book, each with its own number.
function sentencesOf(count) {
  const pick = numbers(7);
  const words = Array.from({ length: 4000 }, (_, i) => `w${i.toString(36)}${'aeiou'[i % 5]}${'nrst'[i % 4]}`);
  return Array.from({ length: count }, (_, i) => `Sentence ${i} ${Array.from({ length: 9 }, () => words[Math.min(pick(4000), pick(4000))]).join(' ')}.`);
}

const textOf = (sentences) => {
  const lines = [];
  for (let i = 0; i < sentences.length; i += 5) lines.push(sentences.slice(i, i + 5).join(' '));
  return `${lines.join('\n')}\n`;
};

// A chapter's work: words changed all over, sentences gone and new ones, one stretch moved.
function edited(sentences, round) {
  const pick = numbers(100 + round);
  const kept = sentences.filter(() => pick(500) > 0).map((one) => (pick(60) === 0 ? one.replace(/\S+\.$/, `word${pick(1e6)}.`) : one));
  for (let i = 0; i < kept.length / 400; i++) kept.splice(pick(kept.length), 0, `A new one, of round ${round} and number ${i}.`);
  const moved = kept.splice(pick(Math.floor(kept.length / 2)), Math.min(40, Math.ceil(kept.length / 20)));
  kept.splice(pick(kept.length), 0, ...moved);
  return kept;
}

async function makeText(url, sentences, notes) {
  const text = textOf(sentences);
  const made = await ask(url, 'POST', '/api/v1/documents', { body: JSON.stringify({ title: 'A long one', text }) });
  must(made.status === 201, 'a long text', made);
  const step = Math.max(1, Math.floor(sentences.length / notes));
  const lines = [];
  for (let i = 0, at = 0; i < sentences.length && lines.length < notes; i++) {
    if (i % step === 0) lines.push(JSON.stringify({ document: made.json.id, start: at + 9, end: at + Math.min(60, sentences[i].length - 1), body: 'Who says so, and to whom?' }));
    at += sentences[i].length + 1;
  }
  const batch = await ask(url, 'POST', '/api/v1/annotations/batch', { body: `${lines.join('\n')}\n`, headers: { 'Content-Type': 'application/x-ndjson' } });
  const { end, created } = JSON.parse(batch.text.trim().split('\n').pop());
  must(end && created === lines.length, 'the notes on it', batch);
  return { path: `/api/v1/documents/${made.json.id}`, revision: made.json.revision.id, bytes: Buffer.byteLength(text), notes: created };
}

// Sends it as a job, and looks until that is done. { ms, peak }
async function edits(server, text, body) {
  const began = performance.now();
  const sent = await ask(server.url, 'POST', `${text.path}/revisions`, { body, headers: { 'Content-Type': 'text/plain', 'If-Match': `"${text.revision}"`, Prefer: 'respond-async' } });
  must(sent.status === 202, 'an edit', sent);
  for (let peak = rssKib(server.pid); ; peak = Math.max(peak, rssKib(server.pid))) {
    const job = await ask(server.url, 'GET', sent.json.links.self);
    must(job.status === 200 && job.json.state !== 'failed', 'an edit', job);
    if (job.json.state === 'done') {
      const { revision, anchors } = job.json.result;
      must(Object.values(anchors).reduce((a, b) => a + b) === text.notes, 'each note has a place, or is said to be gone', job);
      text.revision = revision.id;
      return { ms: performance.now() - began, peak, anchors };
    }
    await pause(25);
  }
}

// server: as of startGloss(); one: requests for load.c.
export async function measureEdits(server, one, { seconds, rounds, bytes, notes }) {
  const sentences = sentencesOf(Math.ceil(bytes / 64));
  const text = await makeText(server.url, sentences, notes);
  const found = { bytes: text.bytes, notes: text.notes, rounds: [] };
  const others = () => load(server.port, CONNECTIONS, seconds, { one });
  let now = sentences;
  for (let round = 0; round < rounds; round++) {
    const alone = await others();
    const before = rssKib(server.pid);
    now = edited(now, round);
    const beside = others();
    await pause(50);
    const edit = await edits(server, text, textOf(now));
    found.rounds.push({ ...edit, before, alone: alone.kinds.one, beside: (await beside).kinds.one });
  }
  await pause(seconds < 1 ? 0 : 6000); // what it has left free goes back every few seconds
  return { ...found, after: rssKib(server.pid) };
}
