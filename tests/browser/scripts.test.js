// The scripts of the world: what a reader selects with the mouse is noted, and after a reload the same
// words are painted; each text is laid out as its readers expect.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World } from '../support/people.js';
import { Screen } from '../support/screen.js';

const TEXTS = [
  { name: 'Arabic', lang: null, rtl: true, text: 'ذهبتُ إلى الغابة لأنني أردتُ أن أعيش متأنياً، وأن أواجه حقائق الحياة.', words: 'لأنني أردتُ' },
  { name: 'Hebrew with English', lang: null, rtl: true, text: 'הלכתי אל היער כי רציתי לחיות בכוונה, to front only the essential facts, ולראות אם אוכל ללמוד.', words: 'בכוונה, to front only' },
  { name: 'English with Hebrew', lang: null, rtl: false, text: 'The sign at the gate said שלום לכל הבאים and nothing else that we could read.', words: 'said שלום לכל' },
  { name: 'Japanese', lang: 'ja', rtl: false, text: '私が森へ行ったのは、*慎重に*生きたかったからだ。人生の本質的な事実だけに向き合う。', words: '森へ行った' },
  { name: 'Chinese', lang: 'zh', rtl: false, text: '我到林中去，因为我希望*谨慎地*生活，只面对生活的基本事实。', words: '因为我希望' },
  { name: 'Thai', lang: 'th', rtl: false, text: 'ข้าพเจ้าเข้าป่าเพราะปรารถนาจะมีชีวิตอย่างรอบคอบ', words: 'เพราะปรารถนา' },
  { name: 'Hindi', lang: null, rtl: false, text: 'मैं जंगल में इसलिए गया क्योंकि मैं सोच-समझकर जीना चाहता था।', words: 'क्योंकि मैं' },
  { name: 'emoji', lang: null, rtl: false, text: 'Walking 🚶🏽 with a family 👩‍👩‍👧 and a flag 🏴󠁧󠁢󠁥󠁮󠁧󠁿 to the woods 🌲🌲.', words: 'family 👩‍👩‍👧 and' },
];

const world = await World.start();
const launched = await browser();
const alice = await world.person('alice');
const screen = await Screen.open(launched, world.url, { bypassCSP: true });
const { page } = screen;
await screen.signsIn(alice.name, alice.password);

for (const { name, lang, rtl, text, words } of TEXTS) {
  test(`${name}: selected with the mouse, noted, and painted again after a reload`, async () => {
    const document = await alice.putsMarkdown(`# ${words}\n\n${text}\n\n- ${text}\n\n> ${text}`);
    await screen.reads(`/d/${document.id}`);
    // the heading has the words too; the paragraph is meant
    await page.evaluate(() => document.querySelector('#body h1').remove());
    await screen.comments(words, `about ${name}`);
    const [note] = await alice.sees(document);
    assert.equal(note.quote.exact, words);
    await screen.reads(`/d/${document.id}`);
    const painted = Object.values(await screen.painted()).flat();
    assert.deepEqual(painted, [words]);
    assert.equal(await page.getAttribute('#text', 'lang'), lang);
    assert.equal(await page.getAttribute('#reader', 'dir'), rtl ? 'rtl' : 'ltr');
    await screen.isAccessible(name);
  });
}

test('a text from right to left has its margin, its bullets and its bars on the side where they belong', async () => {
  const document = await alice.putsMarkdown(`# غابة\n\n${TEXTS[0].text}\n\n- عصا للرفقة\n\n> اقتباس\n\nAn English paragraph.`);
  const note = await alice.annotates(document, { quote: 'لأنني', body: 'right' });
  await screen.reads(`/d/${document.id}`);
  const left = (selector) => page.locator(selector).first().evaluate((el) => el.getBoundingClientRect().left);
  assert.ok(await left('#threads > .thread') < await left('#body p'));
  assert.ok(await left('#body .noted') < await left('#body p'));
  assert.equal(await page.locator('#body ul').evaluate((el) => getComputedStyle(el).direction), 'rtl');
  assert.equal(await page.locator('#body blockquote').evaluate((el) => getComputedStyle(el).borderRightStyle), 'solid');
  assert.equal(await page.locator('#body p', { hasText: 'English' }).evaluate((el) => getComputedStyle(el).direction), 'ltr');
  assert.ok(note.id);
});

test('words of both directions are painted in as many pieces as they are shown in', async () => {
  const document = await alice.puts('one two שלוש ארבע five');
  await screen.reads(`/d/${document.id}`);
  const pieces = await page.evaluate(() => {
    const words = document.querySelector('#body p').firstChild;
    const range = document.createRange();
    range.setStart(words, 4);
    range.setEnd(words, 12);
    return [String(range), range.getClientRects().length];
  });
  assert.equal(pieces[0], 'two שלוש');
  assert.ok(pieces[1] > 1, String(pieces[1]));
  await screen.selects('two שלוש').catch(() => {});
  await alice.annotates(document, { start: 4, end: 12, kind: 'highlight' });
  await page.waitForFunction(() => [...CSS.highlights.get('gloss-mine')].map(String).includes('two שלוש'));
});

test('emphasis in Japanese and Chinese is not slanted, and their lines break strictly', async () => {
  for (const { text } of TEXTS.filter(({ lang }) => lang === 'ja' || lang === 'zh')) {
    const document = await alice.putsMarkdown(text);
    await screen.reads(`/d/${document.id}`);
    const [style, dots, breaks] = await page.locator('#body em').evaluate((el) => {
      const { fontStyle, textEmphasisStyle, lineBreak } = getComputedStyle(el);
      return [fontStyle, textEmphasisStyle, lineBreak];
    });
    assert.equal(style, 'normal');
    assert.match(dots, /dot/);
    assert.equal(breaks, 'strict');
  }
});

test('a selection that cuts a family in two takes all of it', async () => {
  const document = await alice.puts('A family 👩‍👩‍👧 here.');
  await screen.reads(`/d/${document.id}`);
  await page.evaluate(() => {
    const words = document.querySelector('#body p').firstChild;
    document.getSelection().setBaseAndExtent(words, 2, words, 12);
  });
  await page.waitForSelector('.bar:not([hidden])');
  await screen.presses('Highlight');
  await page.waitForFunction(() => CSS.highlights.get('gloss-private').size === 1);
  assert.equal((await alice.sees(document))[0].quote.exact, 'family 👩‍👩‍👧');
});
