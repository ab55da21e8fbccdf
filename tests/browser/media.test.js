// On paper, at 400 %, in the reader's own colours: the text and what was said about it stay readable,
// and nothing is told by colour alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World } from '../support/people.js';
import { Screen } from '../support/screen.js';

const world = await World.start();
const launched = await browser();
const [alice, bob, carol] = await world.people3();
const group = await world.group(alice, bob, carol);
const essay = await alice.putsMarkdown(`# On Walking

The mass of men lead lives of *quiet* desperation. What is called [resignation](https://example.org/) is confirmed desperation.

| a | a rather long cell of words that goes on and on and on |
|---|---|
| 1 | ${'wide '.repeat(30)} |

\`\`\`
${'a long line of code that does not wrap '.repeat(4)}
\`\`\`

https://example.org/${'a-very-long-address-without-a-break'.repeat(5)}

${Array.from({ length: 12 }, (_, i) => `Paragraph ${i}: ${'it is not down in any map. '.repeat(12)}`).join('\n\n')}
`, { group: group.id });
const first = await bob.annotates(essay, { quote: 'mass of men', body: 'Is **this** fair?', kind: 'question' });
await carol.replies(first, 'It was.');
for (const [n, quote] of [[1, 'confirmed'], [2, 'lives'], [3, 'called'], [4, 'What'], [6, 'resignation']])
  for (let i = 0; i < n; i += 1) await bob.annotates(essay, { quote, kind: 'highlight' });
await alice.annotates(essay, { quote: 'quiet', body: 'for me', visibility: 'private' });

async function reading(options) {
  const screen = await Screen.open(launched, world.url, { bypassCSP: true, ...options });
  await screen.signsIn(alice.name, alice.password);
  await screen.reads(`/d/${essay.id}`);
  return screen;
}

const PAINTS = ['heat-1', 'heat-2', 'heat-3', 'heat-4', 'heat-5', 'mine', 'private', 'doubtful', 'hover', 'focus', 'pending'];

/** How each class of paint looks to who has no colours. */
const decorations = (page) => page.evaluate((paints) => {
  const block = document.querySelector('#body p');
  return paints.map((paint) => {
    const { textDecorationLine, textDecorationStyle, textDecorationThickness } = getComputedStyle(block, `::highlight(gloss-${paint})`);
    return `${textDecorationLine} ${textDecorationStyle} ${textDecorationThickness}`;
  });
}, PAINTS.slice(0, 8));

test('in forced colours each kind of passage has an underline of its own', async () => {
  const screen = await reading({ forcedColors: 'active' });
  const looks = await decorations(screen.page);
  assert.equal(new Set(looks).size, looks.length, looks.join('\n'));
  assert.ok(looks.every((look) => look.startsWith('underline')), looks.join('\n'));
  await screen.isAccessible('in forced colours');
  await screen.page.keyboard.press('n');
  await screen.page.waitForSelector('.thread.focused');
  await screen.isAccessible('a thread in forced colours');
  await screen.close();
});

for (const colorScheme of ['light', 'dark'])
  test(`the text and its links keep a contrast of 4.5 to 1 on every paint, ${colorScheme}`, async () => {
    const screen = await reading({ colorScheme });
    const low = await screen.page.evaluate((paints) => {
      const canvas = document.createElement('canvas').getContext('2d');
      const rgb = (color) => {
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
      };
      const luminance = (color) => {
        const [r, g, b] = rgb(color).map((part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const found = [];
      for (const paint of paints)
        for (const el of [document.querySelector('#body p'), document.querySelector('#body a')]) {
          const { color, backgroundColor } = getComputedStyle(el, `::highlight(gloss-${paint})`);
          const [light, dark] = [luminance(color), luminance(backgroundColor)].sort((a, b) => b - a);
          const contrast = (light + 0.05) / (dark + 0.05);
          if (contrast < 4.5 || color === backgroundColor) found.push(`${paint} on ${el.tagName}: ${contrast.toFixed(2)} (${color} on ${backgroundColor})`);
        }
      return found;
    }, PAINTS);
    assert.deepEqual(low, []);
    await screen.close();
  });

test('who wants more contrast gets ink for all that is soft, and who wants no motion gets none', async () => {
  const screen = await reading({ contrast: 'more', reducedMotion: 'reduce' });
  const { page } = screen;
  const [soft, ink, moves] = await page.evaluate(() => [getComputedStyle(document.querySelector('.text > header p')).color,
    getComputedStyle(document.body).color, getComputedStyle(document.querySelector('.thread')).transitionDuration]);
  assert.equal(soft, ink);
  assert.match(moves, /^0s(, 0s)*$/);
  await screen.isAccessible('with more contrast');
  await screen.close();
});

test('at 400 % there is one column, and nothing is cut or to be scrolled sideways', async () => {
  const screen = await reading({ viewport: { width: 320, height: 256 } });
  const { page } = screen;
  const fits = async (what) => {
    const wide = await page.evaluate(() => {
      const hides = (el) => el.closest('pre, .table, dialog:not([open]), [hidden], .unseen, .skip') !== null;
      return [document.documentElement.scrollWidth > innerWidth ? ['the page'] : [],
        ...[...document.querySelectorAll('body *')].filter((el) => {
          const { left, right, width, height } = el.getBoundingClientRect();
          return el.checkVisibility() && width > 1 && height > 1 && !hides(el) && (right > innerWidth + 1 || left < -1);
        }).map((el) => `${el.tagName}.${el.className}`)].flat();
    });
    assert.deepEqual(wide, [], what);
  };
  await fits('the text');
  await page.click('.menu summary');
  await fits('the menu');
  await page.click('.menu summary');
  await page.locator('#body .noted').first().click();
  await page.waitForSelector('.thread.focused');
  await fits('a thread');
  await screen.isAccessible('a thread at 400 %');
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  await page.waitForSelector('.writing textarea:focus');
  await fits('writing');
  const seen = await page.locator('.writing textarea').evaluate((el) => {
    const { top, bottom } = el.getBoundingClientRect();
    return top < innerHeight && bottom > 0;
  });
  assert.ok(seen, 'what is written is on the screen');
  await screen.close();
});

test('on paper the notes follow the text, numbered, with nothing that only a screen can do', async () => {
  const screen = await reading({ colorScheme: 'dark' });
  const { page } = screen;
  await page.evaluate(() => { document.documentElement.dataset.theme = 'dark'; });
  const before = await page.locator('#body').evaluate((el) => el.textContent);
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
  const notes = await page.locator('.endnotes > ol > li').allTextContents();
  assert.equal(notes.length, 18);
  const at = notes.findIndex((note) => note.includes('Is this fair?'));
  assert.match(notes[at], /mass of men.*bob.*question.*\d{4}.*carol.*It was\./s);
  assert.match(await page.locator('.text > header time').textContent(), /\d{4}.*\d:\d\d/, 'no "just now", which paper would say for ever');
  const numbers = await page.locator('#body p', { hasText: 'mass of men' }).locator('.ref').allTextContents();
  assert.ok(numbers.includes(String(at + 1)), numbers.join());
  for (const gone of ['.top', '.margin', '.noted', '.write', '.about']) assert.equal(await page.locator(`${gone}:visible`).count(), 0, gone);
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)');
  assert.equal(await page.locator('#body pre').evaluate((el) => getComputedStyle(el).whiteSpace), 'pre-wrap');
  await screen.isAccessible('on paper');
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await page.emulateMedia({ media: 'screen' });
  assert.equal(await page.locator('#body').evaluate((el) => el.textContent), before);
  const pdf = await page.pdf();
  assert.ok(pdf.length > 10_000);
  assert.match(await page.locator('.text > header time').textContent(), /just now|ago/);
  assert.equal(await page.locator('.paper').count(), 0, 'nothing of it stays on the screen');
  await screen.close();
});
