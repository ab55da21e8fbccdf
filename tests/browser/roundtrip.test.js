// Random texts of every kind of script go in, random passages are selected and highlighted in a real
// browser: the server must have exactly these words at exactly these characters, and after a reload
// exactly these are painted. Positions are counted here once more, without the page's own code.
//
// GLOSS_TEST_SEED repeats a run, GLOSS_TEST_CASES asks for more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { randomFrom } from '../support/crowd.js';
import { World } from '../support/people.js';
import { Screen } from '../support/screen.js';

const SEED = Number(process.env.GLOSS_TEST_SEED ?? (Date.now() % 1e6) + 1);
const CASES = Number(process.env.GLOSS_TEST_CASES ?? 200);
const PER_TEXT = 20;

const WORDS = {
  latin: 'the woods because I wished naïve café e\u0301te\u0301 o\u0302\u0323 Straße ﬁn I’ll “so” don\u2011t soft\u00adhyphen'.split(' '),
  emoji: '👩‍👩‍👧 🚶🏽 🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️ 🍞 1️⃣ 𝒳𝒴 𐍈'.split(' '),
  arabic: 'ذهبتُ إلى الغابة لأنني أردتُ أن أعيش ١٢٣ سَلَامٌ'.split(' '),
  hebrew: 'הלכתי אל היער כִּי רָצִיתִי לחיות בכוונה'.split(' '),
  chinese: '我到林中去 因为我希望 谨慎地生活。 只面对 𠮷野家 生活的'.split(' '),
  japanese: '森へ行ったのは 慎重に 生きたかった からだ。 が\u3099 ｶﾞ ヶ月'.split(' '),
  thai: 'ข้าพเจ้าเข้าป่า เพราะปรารถนา จะมีชีวิต อย่างรอบคอบ'.split(' '),
  hindi: 'मैं जंगल में गया क्योंकि मैं सोच-समझकर जीना चाहता था क्ष्म'.split(' '),
  korean: '나는 숲으로 갔다 \u1112\u1161\u11ab\u1100\u1173\u11af'.split(' '),
  control: ['a\u200bb', '\u200fx\u200e', '\u2067abc\u2069', 'no\u00a0break', 'z\u0335\u0321\u030a'],
};
const KINDS = Object.keys(WORDS);
const SPACES = [' ', ' ', ' ', ' ', '  ', ' \u3000'];

/** @param {(n: number) => number} random */
function sentence(random) {
  const kinds = random(3) ? [KINDS[random(KINDS.length)]] : KINDS;
  const words = Array.from({ length: 3 + random(14) }, () => {
    const list = WORDS[kinds[random(kinds.length)]];
    return list[random(list.length)];
  });
  return words.map((word) => word + SPACES[random(SPACES.length)]).join('').trim();
}

function plain(random) {
  const ends = [['\n', '\r\n', '\r'][random(3)]];
  return Array.from({ length: 3 + random(5) }, () => {
    const lines = Array.from({ length: 1 + random(3) }, () => `${random(5) ? '' : '\t'}${sentence(random)}`);
    return lines.join(ends[0]);
  }).join(ends[0].repeat(2 + random(2)));
}

function markdown(random) {
  const inline = () => {
    const words = sentence(random);
    return [words, words, `*${words}*`, `before **${words}** after`, `[${words}](https://example.org/)`, `\`${words}\``, `${words}\\\n${sentence(random)}`,
      `${words}\n${sentence(random)}`, `${words} &amp; &lt;b&gt; &#x1F6B6;`][random(9)];
  };
  return Array.from({ length: 3 + random(5) }, () => [
    () => inline(),
    () => `## ${sentence(random)}`,
    () => `> ${sentence(random)}\n> ${sentence(random)}`,
    () => `- ${sentence(random)}\n- ${inline().replaceAll('\n', ' ')}\n  1. ${sentence(random)}`,
    () => `| ${sentence(random).replaceAll('|', '')} | b |\n|---|---|\n| 1 | ${sentence(random).replaceAll('|', '')} |`,
    () => `\`\`\`\n${sentence(random)}\n  ${sentence(random)}\n\`\`\``,
    () => inline(),
  ][random(7)]()).join(random(2) ? '\n\n' : '\r\n\r\n');
}

// In the page: every character of the text, in order, as [position, node, offset in UTF-16].
const COUNT = () => {
  window.charactersOf = () => {
    const found = [];
    for (const block of document.querySelectorAll('#body [data-o]')) {
      let at = Number(block.dataset.o);
      const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const node = walker.currentNode;
        if (node.parentElement.closest('[data-o]') !== block || node.parentElement.closest('[data-aside]')) continue;
        if (/^(UL|OL|TABLE|TBODY|THEAD|TR|BLOCKQUOTE)$/.test(node.parentElement.tagName)) continue;
        let offset = 0;
        for (const c of node.data) {
          found.push([at, node, offset, c]);
          at += 1;
          offset += c.length;
        }
      }
    }
    return found.sort((a, b) => a[0] - b[0]);
  };
};

const world = await World.start();
const launched = await browser();
const alice = await world.person('alice');
const screen = await Screen.open(launched, world.url);
const { page } = screen;
await page.addInitScript(COUNT);
await screen.signsIn(alice.name, alice.password);

/** Selects characters [start, end) as a mouse would, to either side. */
function select(start, end, backwards) {
  return page.evaluate(([from, to, isBack]) => {
    const all = window.charactersOf();
    const first = all.find(([at]) => at === from);
    const last = all.find(([at]) => at === to - 1);
    const ends = [first[1], first[2], last[1], last[2] + last[3].length];
    document.getSelection().setBaseAndExtent(...(isBack ? [ends[2], ends[3], ends[0], ends[1]] : ends));
  }, [start, end, backwards]);
}

/** The characters that are painted. */
const painted = () => page.evaluate(() => {
  const all = window.charactersOf();
  const on = new Set();
  for (const [name, ranges] of CSS.highlights) {
    if (/hover|focus|pending/.test(name)) continue;
    for (const range of ranges)
      for (const [at, node, offset, c] of all)
        if (range.comparePoint(node, offset) >= 0 && range.comparePoint(node, offset + c.length) <= 0) on.add(at);
  }
  return [...on].sort((a, b) => a - b);
});

/** Where characters as readers see them begin and end: as the browser has it, which knows later rules than the server. */
const bordersOf = (text) => page.evaluate((whole) => {
  const borders = [0];
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(whole)) borders.push(borders.at(-1) + [...segment].length);
  return borders;
}, text);

for (let n = 0; n < CASES / PER_TEXT; n += 1) {
  const isPlain = n % 2 === 0;
  test(`what is selected is stored and painted: ${isPlain ? 'plain text' : 'Markdown'} ${n} of seed ${SEED}`, async () => {
    const random = randomFrom(SEED * 31 + n * 7919);
    for (let i = 0; i < 9; i += 1) random(2);
    const source = (isPlain ? plain : markdown)(random);
    const document = await (isPlain ? alice.puts(source) : alice.putsMarkdown(source));
    const text = await alice.textOf(document);
    const characters = [...text];
    await screen.reads(`/d/${document.id}`);
    const shown = await page.evaluate(() => window.charactersOf().map(([at, , , c]) => [at, c]));
    for (const [at, c] of shown) assert.equal(c, characters[at], `character ${at} of ${JSON.stringify(source)}`);
    const isShown = new Set(shown.map(([at]) => at));

    const borders = await bordersOf(text);
    const isBorder = new Set(borders);
    const expected = new Set();
    let cases = 0;
    for (let i = 0; i < PER_TEXT; i += 1) {
      // every fifth selection may begin and end inside what readers see as one character
      const isRough = i % 5 === 4;
      const first = isRough ? random(characters.length) : borders[random(borders.length - 1)];
      const far = first + 1 + random(random(4) ? 14 : 220);
      const last = isRough ? far : borders.find((border) => border >= far) ?? characters.length;
      let [start, end] = [first, Math.min(last, characters.length)];
      const isBlank = (position) => /\s/u.test(characters[position]) || !isShown.has(position);
      while (start < end && isBlank(start)) start += 1;
      while (end > start && isBlank(end - 1)) end -= 1;
      if (start >= end || (!isRough && !(isBorder.has(start) && isBorder.has(end)))) continue;
      cases += 1;
      await select(start, end, random(2) === 1);
      const stored = page.waitForResponse((response) => response.request().method() === 'POST');
      await page.keyboard.press('h');
      const response = await stored;
      while (!isBorder.has(start)) start -= 1;
      while (!isBorder.has(end)) end += 1;
      const note = await response.json();
      const what = `${start}-${end} of ${JSON.stringify(text)}, seed ${SEED}`;
      assert.equal(response.status(), 201, `${JSON.stringify(note)}: ${what}`);
      assert.deepEqual([note.anchor.start, note.anchor.end, note.anchor.state], [start, end, 'exact'], what);
      assert.equal(note.quote.exact, characters.slice(start, end).join(''), what);
      for (let k = start; k < end; k += 1) if (isShown.has(k)) expected.add(k);
    }
    assert.ok(cases > PER_TEXT / 2, String(cases));
    await screen.reads(`/d/${document.id}`);
    assert.deepEqual(await painted(), [...expected].sort((a, b) => a - b), `painted after a reload, seed ${SEED}: ${JSON.stringify(text)}`);
  });
}
