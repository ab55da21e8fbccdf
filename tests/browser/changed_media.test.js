// Texts that change and what groups do with them, on paper, in the reader's own colours, from right to
// left: what is said in one of these is said in all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World, expect } from '../support/people.js';
import { Screen } from '../support/screen.js';

const world = await World.start();
const launched = await browser();
const [alice, bob, carol] = await world.people3();
const group = await world.group(alice, bob, carol);
const SOURCE = `عن المشي

ذهبت إلى الغابة لأنني أردت أن أعيش بتأنٍ.

يعيش معظم الناس حياة من اليأس الهادئ.

من سمات الحكمة ألا تفعل أشياء متهورة.
`;
const essay = await alice.puts(SOURCE, { title: 'عن المشي', group: group.id });
const path = `/d/${essay.id}`;
const changed = await bob.annotates(essay, { quote: 'حياة من اليأس الهادئ', body: 'ملاحظة' });
await bob.annotates(essay, { quote: 'من سمات الحكمة ألا تفعل أشياء متهورة.', body: 'It is gone.' });
await bob.annotates(essay, { kind: 'suggestion', quote: 'معظم الناس', replacement: 'كل الناس', body: 'All.' });
const hidden = await carol.annotates(essay, { quote: 'الغابة', body: 'buy my book' });
expect(await alice.put(`${hidden.path}/moderation`, { state: 'hidden', note: 'no advertisements' }), 200);
expect(await alice.post(`documents/${essay.id}/revisions`,
  { text: SOURCE.replace('اليأس الهادئ', 'اليأس الصاخب').replace('من سمات الحكمة ألا تفعل أشياء متهورة.', ''), note: 'louder' },
  { headers: { 'If-Match': `"${essay.revision.id}"` } }), 201);
const poem = await alice.puts('One fine day in the middle of the night.\nTwo dead boys got up to fight.', { title: 'A poem', group: group.id });
await bob.annotates(poem, { quote: 'fine day', body: 'a day?' });
await carol.annotates(poem, { quote: 'One fine day', body: 'one?' });
await carol.annotates(poem, { quote: 'dead boys', body: 'who?' });
expect(await alice.put(`${group.links.self}/documents/${poem.id}/reveal`, { own_count: 3, by_reader: false, due_at: null }), 200);

const open = async (who, options) => {
  const screen = await Screen.open(launched, world.url, { bypassCSP: true, ...options });
  await screen.signsIn(who.name, who.password);
  return screen;
};
const goes = async (screen, to) => {
  await screen.goes(to);
  await screen.page.waitForSelector(/^\/d\/[^/]*$/.test(to) ? 'html[data-complete]' : 'html[data-ready]');
};
const onPaper = async ({ page }) => {
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
};
const offPaper = async ({ page }) => {
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await page.emulateMedia({ media: 'screen' });
};
const style = (screen, selector, property) => screen.page.locator(selector).first().evaluate((el, name) => getComputedStyle(el)[name], property);

test('on paper a note says what it suggests, what was decided, and where its words went', async () => {
  const screen = await open(alice);
  await goes(screen, path);
  await onPaper(screen);
  const notes = await screen.page.locator('.endnotes > ol > li').allTextContents();
  assert.match(notes.find((note) => note.includes('All.')), /معظم.*كل/s);
  assert.match(notes.find((note) => note.includes('ملاحظة')), /Its words were changed\./);
  assert.match(notes.find((note) => note.includes('It is gone.')), /No longer in the text\./);
  assert.match(notes.find((note) => note.includes('buy my book')), /A leader has hidden it\./);
  await screen.isAccessible('a changed text on paper');
  await offPaper(screen);
  await goes(screen, `${path}@${essay.revision.id}`);
  await onPaper(screen);
  assert.match(await screen.page.innerText('.then'), /^This is revision 1 of the text, .* with the notes as they stood then\.$/s);
  await screen.close();
});

test('without scripts the notes say it too', async () => {
  const screen = await open(alice);
  const context = await launched.newContext({ javaScriptEnabled: false, baseURL: world.url, storageState: await screen.page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto(path);
  const notes = await plain.locator('.endnotes > ol > li').allTextContents();
  assert.match(notes.find((note) => note.includes('All.')), /معظم الناس كل الناس.*Not decided yet\./s);
  assert.match(notes.find((note) => note.includes('buy my book')), /A leader has hidden it\./);
  await context.close();
  await screen.close();
});

test('the history, the differences and a group are printed without what only a screen can do, and with their dates', async () => {
  const screen = await open(alice);
  for (const to of [`${path}/history`, `${path}/diff`, `/g/${group.id}#members`]) {
    await goes(screen, to);
    await onPaper(screen);
    assert.equal(await screen.page.locator('button:visible, .button:visible, input:visible, select:visible, .menu:visible, nav:visible').count(), 0, to);
    for (const time of await screen.page.locator('time:visible').allTextContents()) assert.match(time, /\d{4}.*\d:\d\d/, to);
    await screen.isAccessible(`${to} on paper`);
    await offPaper(screen);
  }
  await goes(screen, `${path}/diff`);
  await onPaper(screen);
  assert.match(await style(screen, '.hunk del', 'textDecorationLine'), /line-through/);
  assert.match(await style(screen, '.hunk ins', 'textDecorationLine'), /underline/);
  await screen.close();
});

test('a comparison is printed by itself', async () => {
  const screen = await open(alice);
  await goes(screen, `/d/${poem.id}`);
  await screen.page.locator('.readings button', { hasText: 'Compare what each marked' }).click();
  await screen.page.locator('dialog.compare h3').first().waitFor();
  await onPaper(screen);
  assert.equal(await screen.page.locator('#reader:visible, .top:visible').count(), 0);
  assert.match(await screen.page.innerText('dialog.compare'), /Where we looked alike[^]*fine day[^]*Where only one looked[^]*dead boys/);
  await screen.isAccessible('a comparison on paper');
  await screen.close();
});

for (const [name, options] of Object.entries({ 'in forced colours': { forcedColors: 'active' }, 'on a phone': { viewport: { width: 390, height: 800 }, hasTouch: true } }))
  test(`from right to left, ${name}: then and now, suggestions and what is gone run as their words do`, async () => {
    const screen = await open(bob, options);
    const { page } = screen;
    const runs = async (selector, direction) => assert.equal(await style(screen, selector, 'direction'), direction, selector);
    await goes(screen, path);
    await page.click('#revised [data-act=review]');
    await page.locator('.review h2').waitFor();
    await runs('.then-now blockquote', 'rtl');
    await runs('.then-now figcaption', 'ltr');
    await screen.isAccessible(`then and now from right to left, ${name}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing is to be scrolled sideways');
    if (options.forcedColors) assert.notEqual(await style(screen, '.then-now mark', 'backgroundColor'), await style(screen, '.review', 'backgroundColor'));
    await page.locator('.review [data-act=place]').click();
    assert.equal(await page.evaluate(() => document.activeElement.closest('.placing-now') !== null), true);
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('data-act')), 'place', 'the focus is back where it was');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.querySelector('.review').hidden);
    await page.evaluate((id) => location.assign(`#n=${id}`), changed.id);
    await page.waitForSelector('.thread.focused .now-reads');
    await runs('.thread.focused .now-reads p[dir]', 'rtl');
    await runs('.thread.focused .now-reads .label', 'ltr');
    await runs('#lost q', 'rtl');
    await screen.isAccessible(`a changed note from right to left, ${name}`);
    for (const to of ['history', 'diff']) {
      await goes(screen, `${path}/${to}`);
      await screen.isAccessible(`${to} from right to left, ${name}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${to} is not to be scrolled sideways`);
    }
    await runs('.hunk p:has(del)', 'rtl');
    await screen.close();
  });

test('in forced colours a group’s part that is shown is told from the others, and what leaders decide is in words', async () => {
  const screen = await open(alice, { forcedColors: 'active' });
  await goes(screen, `/g/${group.id}#members`);
  const borders = await screen.page.locator('.parts a').evaluateAll((links) => links.map((link) => getComputedStyle(link).borderBlockEndColor));
  assert.equal(borders.filter((color) => color === borders[0]).length, borders.length - 1, borders.join());
  await screen.isAccessible('a group in forced colours');
  await goes(screen, `/d/${poem.id}`);
  await screen.page.locator('.readings', { hasText: 'each reads for themselves first' }).waitFor();
  await screen.isAccessible('a reading in forced colours');
  await goes(screen, path);
  await screen.opens('buy my book');
  await screen.thread('buy my book').getByText('A leader has hidden it').waitFor();
  await screen.isAccessible('a hidden note in forced colours');
  await screen.close();
});
