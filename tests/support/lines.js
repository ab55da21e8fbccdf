// NDJSON: the values of its lines, and what the last one says.
export function lines(text) {
  const all = text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
  return { values: all.slice(0, -1), end: all.at(-1) };
}
