// What readers select on the page is what the server quotes, whatever the text is made of.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World } from '../support/people.js';
import { Screen } from '../support/screen.js';

const MARKDOWN = `# Über 🚶🏽 &amp; *walking*

One  two\\
three &lt;b&gt; \`co<de>\` and [a link](https://example.org) 👩‍👩‍👧 four e\u0301.

> quoted
> lines

1. first

   second paragraph of the first
2. tight
   - nested 🍞

| a | b 🚀 |
|---|---|
| x | y |

\`\`\`
  code {
}
\`\`\`

עברית ו-English, ภาษาไทย, 日本語。

***

The end 👋`;
const PLAIN = '\uFEFFFirst line\r\nsecond 🚶🏽 line\r\n\r\n\r\n   indented\tand <b>tagged</b>\r\rעברית e\u0301 👩‍👩‍👧 end';

const world = await World.start();
const launched = await browser();
const alice = await world.person('alice');

async function opened(document) {
  const screen = await Screen.open(launched, world.url);
  await screen.signsIn(alice.name, alice.password, `/d/${document.id}`);
  await screen.settled();
  await screen.page.evaluate(async () => {
    const script = document.querySelector('script[type=module]').src;
    const { TextMap } = await import(script.replace(/[^/]+$/, 'offsets.js'));
    window.map = new TextMap(document.querySelector('#body'));
  });
  return screen;
}

for (const [name, put] of [['Markdown', () => alice.putsMarkdown(MARKDOWN)], ['plain text', () => alice.puts(PLAIN)]]) {
  test(`${name}: every block stands where its stamp says`, async () => {
    const document = await put();
    const screen = await opened(document);
    const canonical = [...await alice.textOf(document)];
    const blocks = await screen.page.evaluate(() => window.map.blocks().map((block) => {
      const { start, end } = window.map.passageOf(block);
      return { start, end, text: window.map.text(start, end) };
    }));
    assert.ok(blocks.length > 2);
    for (const { start, end, text } of blocks) assert.equal(text, canonical.slice(start, end).join(''));
    assert.equal(blocks[0].start, 0);
    assert.equal(blocks.at(-1).end, canonical.length);
    await screen.close();
  });

  test(`${name}: any selection is quoted as it was selected`, async () => {
    const document = await put();
    const screen = await opened(document);
    const length = [...await alice.textOf(document)].length;
    let seed = 5;
    const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
    for (let round = 0; round < 25; round += 1) {
      const from = random(length - 1);
      const to = Math.min(length, from + 1 + random(40));
      const picked = await screen.page.evaluate(([start, end]) => {
        const ranges = window.map.ranges(start, end);
        if (!ranges.length) return null;
        const range = window.document.createRange();
        range.setStart(ranges[0].startContainer, ranges[0].startOffset);
        range.setEnd(ranges.at(-1).endContainer, ranges.at(-1).endOffset);
        const passage = window.map.passage(range);
        return passage && { ...passage, text: window.map.text(passage.start, passage.end) };
      }, [from, to]);
      if (!picked) continue;
      const { quote, anchor } = await alice.annotates(document, { start: picked.start, end: picked.end, kind: 'highlight' });
      const spaced = (text) => text.replace(/[\n\t]/g, ' ');
      // the server may widen a passage to whole graphemes, never narrow or move it
      assert.ok(spaced(quote.exact).includes(spaced(picked.text)), `${quote.exact} has ${picked.text}`);
      assert.ok(anchor.start <= picked.start && picked.start - anchor.start < 6 && anchor.end >= picked.end && anchor.end - picked.end < 6);
    }
    screen.isContent();
    await screen.close();
  });
}
