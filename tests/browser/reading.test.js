// The main job: a group reads one text together, three in browsers and one with a program.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World, expect } from '../support/people.js';
import { Screen } from '../support/screen.js';

const ESSAY = `# On Walking 🚶🏽 and Reading

I have met with but one or two persons 👩‍👩‍👧 in the course of my life who understood the *art* of Walking.

The mass of men lead lives of quiet desperation. What is called resignation is confirmed desperation.

- a stick, not for support but for company
- bread, and the patience to eat it slowly

${Array.from({ length: 40 }, (_, i) => `Paragraph ${i + 1}: ${'it is not down in any map; true places never are. '.repeat(7)}`).join('\n\n')}

The last word of a long text.
`;

const world = await World.start({ signup: 'invited' });
const launched = await browser();
const ana = await Screen.open(launched, world.url);
const ben = await Screen.open(launched, world.url);
const cem = await Screen.open(launched, world.url);
let joinLink;
let path;


test('the set-up link makes the first account, and a pasted essay gets a group and a link', async () => {
  const said = `${world.server.out}${world.server.err}`;
  const link = /\/setup\/[\w-]+/.exec(said);
  assert.ok(link, `the server prints a set-up link:\n${said}`);
  await ana.goes(link[0]);
  await ana.signsUp('ana', 'Ana Lima');
  await ana.page.click('text=Put a text in');
  await ana.page.fill('[name=text]', ESSAY);
  await ana.page.check('[name=for][value=new]');
  await ana.page.fill('[name=group_name]', 'Thursday readers');
  await ana.page.click('#new-text button[type=submit]');
  await ana.page.waitForSelector('#done:not([hidden])');
  joinLink = await ana.page.inputValue('#join-link');
  await ana.page.click('#done a.main');
  await ana.settled();
  path = new URL(ana.page.url()).pathname;
  assert.match(path, /^\/d\/doc_/);
  assert.equal(await ana.page.locator('#body h1').textContent(), 'On Walking 🚶🏽 and Reading');
});

test('two others join by the link and find the text', async () => {
  for (const [screen, name, shown] of [[ben, 'ben', 'Ben'], [cem, 'cem', 'Cem Yıldız']]) {
    await screen.goes(new URL(joinLink).pathname);
    await screen.signsUp(name, shown);
    await screen.page.click('text=On Walking');
    await screen.settled();
  }
  assert.equal(new URL(ben.page.url()).pathname, path);
});

test('a comment of one is on the others\' screens without a reload', async () => {
  await ben.comments('quiet desperation', 'Is *this* fair?');
  await Promise.all([ana.sees('Is this fair?'), cem.sees('Is this fair?')]);
  assert.deepEqual((await ana.painted())['heat-1'], ['quiet desperation']);
  assert.deepEqual((await ben.painted()).focus, ['quiet desperation']);
});

test('emoji before a passage do not move it: what was selected is what is quoted', async () => {
  await cem.comments('persons 👩‍👩‍👧 in', 'three people, one character');
  const note = (await (await cem.page.request.get(`/api/v1/annotations?document=${path.slice(3)}&limit=1`)).json()).data[0];
  assert.equal(note.quote.exact, 'persons 👩‍👩‍👧 in');
  await ana.sees('three people');
  assert.ok((await ana.painted())['heat-1'].includes('persons 👩‍👩‍👧 in'));
});

test('replies, reactions, edits and deletions reach the others', async () => {
  await ana.replies('Is this fair?', 'To Thoreau it was.');
  await ben.thread('Is this fair?').getByText('To Thoreau it was.').waitFor({ state: 'attached' });

  await cem.opens('Is this fair?');
  const card = cem.thread('Is this fair?');
  await card.locator('.first [data-act=react]').click();
  await ana.opens('Is this fair?');
  await ana.thread('Is this fair?').locator('.first [data-act=react]').click();
  await ana.thread('Is this fair?').locator('.first [data-act=react-agree]').click();
  // what was unfolded stays so when somebody else is faster
  await card.locator('.first [data-act=react-agree] .n').waitFor();
  await card.locator('.first [data-act=react-disagree]').click();
  await ana.thread('Is this fair?').locator('.first [data-act=react-disagree] .n').waitFor();
  assert.equal(await card.locator('.first [data-act=react]').getAttribute('aria-expanded'), 'false');

  await ben.opens('Is this fair?');
  await ben.thread('Is this fair?').locator('.first [data-act=edit]').click();
  await ben.page.fill('.slot textarea', 'Is this *just*?');
  await ben.page.click('.slot button[type=submit]');
  await ana.sees('Is this just?');

  await ana.opens('Is this just?');
  await ana.thread('Is this just?').locator('.replies [data-act=delete]').click();
  await ana.thread('Is this just?').locator('.replies [data-act=delete-yes]').click();
  await ben.thread('To Thoreau it was.').waitFor({ state: 'detached' });
});

test('a highlight takes one press, and a private note is seen by nobody else', async () => {
  await ana.selects('confirmed desperation');
  await ana.presses('Highlight');
  await ben.page.waitForFunction(() => [...CSS.highlights.get('gloss-heat-1')].some((range) => String(range) === 'confirmed desperation'));

  await cem.comments('patience to eat', 'for my eyes only', { visibility: 'private' });
  await ana.comments('not for support', 'after the private one');
  await ben.sees('after the private one');
  assert.equal(await ben.thread('for my eyes only').count(), 0);
  assert.equal(await ana.thread('for my eyes only').count(), 0);
});

test('somebody with a token and no browser writes by a quote alone', async () => {
  const code = new URL(joinLink).pathname.split('/').pop();
  const signed = await world.anyone.post('users', { name: 'dora', password: 'the password of dora', invitation: code, session: true });
  expect(signed, 201);
  world.anyone.cookie = signed.headers['set-cookie'][0].split(';')[0];
  const { token } = expect(await world.anyone.post('tokens', { name: 'laptop' }), 201);
  world.anyone.cookie = undefined;
  world.anyone.token = token;
  const note = expect(await world.anyone.post('annotations', { document: path.slice(3), quote: 'The last word', body: 'from a terminal' }), 201);
  world.anyone.token = undefined;
  await ana.sees('from a terminal');

  const late = await Screen.open(launched, world.url, { storageState: await ben.page.context().storageState() });
  await late.goes(`/n/${note.id}`);
  await late.settled();
  await late.page.waitForSelector(`.thread.focused[data-key="${note.id}"]`);
  await late.page.waitForFunction(() => {
    const [range] = CSS.highlights.get('gloss-focus');
    const { top } = range.getBoundingClientRect();
    return top > 0 && top < innerHeight;
  });
  late.isContent();
});

test('two tabs change one note: the second is told, and its text is not lost', async () => {
  const twin = await Screen.open(launched, world.url, { storageState: await ana.page.context().storageState() });
  await twin.reads(path);
  for (const screen of [twin, ana]) {
    await screen.opens('after the private one');
    await screen.thread('after the private one').locator('.first [data-act=edit]').click();
    await screen.page.waitForSelector('.slot textarea');
  }
  await ana.page.fill('.slot textarea', 'first to save');
  await ana.page.click('.slot button[type=submit]');
  await ana.sees('first to save');
  await twin.page.fill('.slot textarea', 'second to save');
  await twin.page.click('.slot button[type=submit]');
  await twin.page.locator('.slot .fault', { hasText: 'first to save' }).waitFor();
  assert.equal(await twin.page.inputValue('.slot textarea'), 'second to save');
  await twin.page.click('.slot button[type=submit]');
  await ana.sees('second to save');
  twin.isContent();
});

test('unsent text is still there after a reload', async () => {
  await ben.selects('a stick');
  await ben.presses('Question');
  await ben.page.fill('.writing textarea', 'half a thought');
  await ben.reads(path);
  await ben.selects('a stick');
  await ben.presses('Question');
  assert.equal(await ben.page.inputValue('.writing textarea'), 'half a thought');
  await ben.page.press('.writing textarea', 'Escape');
});

test('by keyboard alone: to a paragraph, a comment on it, the next note, a reply, and back', async () => {
  const { page } = cem;
  await cem.reads(path);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  await page.waitForSelector('.writing textarea:focus');
  await page.keyboard.type('without a mouse');
  await page.keyboard.press('Control+Enter');
  await cem.sees('without a mouse');
  await page.keyboard.press('n');
  await page.waitForSelector('.thread.focused');
  await page.keyboard.press('r');
  await page.waitForSelector('.thread.focused textarea:focus');
  await page.keyboard.type('nor this');
  await page.keyboard.press('Control+Enter');
  await cem.sees('nor this');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.thread.focused', { state: 'detached' });
});

test('each annotated block says in words how many notes it has', async () => {
  const label = await ana.page.locator('#body p', { hasText: 'mass of men' }).locator('.noted').getAttribute('aria-label');
  assert.match(label, /^2 notes, on: .*quiet desperation/);
});

test('without scripts the text and what was said can be read', async () => {
  const plain = await Screen.open(launched, world.url, { storageState: await ben.page.context().storageState(), javaScriptEnabled: false });
  await plain.goes('/');
  await plain.page.click('text=On Walking');
  assert.match(await plain.page.locator('#body').innerText(), /quiet desperation/);
  const notes = await plain.page.locator('.endnotes').innerText();
  assert.match(notes, /Is this just\?/);
  assert.match(notes, /from a terminal/);
  assert.doesNotMatch(notes, /for my eyes only/);

  await plain.page.locator('#body p', { hasText: 'mass of men' }).locator('.ref').first().click();
  const note = plain.page.locator(new URL(plain.page.url()).hash);
  assert.match(await note.innerText(), /Is this just\?/);
  await note.locator('blockquote a').click();
  const block = plain.page.locator(new URL(plain.page.url()).hash);
  assert.match(await block.innerText(), /mass of men/);
});

test('who is signed out is asked to sign in, without scripts too, and gets back to the text', async () => {
  const plain = await Screen.open(launched, world.url, { javaScriptEnabled: false });
  const answer = await plain.page.goto(path);
  assert.equal(answer.status(), 401);
  assert.doesNotMatch(await plain.page.content(), /desperation/);
  await plain.page.fill('#signin [name=name]', 'ben');
  await plain.page.fill('#signin [name=password]', 'the password of ben');
  await plain.page.click('#signin button[type=submit]');
  assert.equal(new URL(plain.page.url()).pathname, path);
  assert.match(await plain.page.locator('#body').innerText(), /quiet desperation/);
});

test('something is said about the whole text', async () => {
  await ben.page.click('#about-whole');
  await ben.page.fill('.writing textarea', 'shall we go on with chapter two?');
  await ben.page.click('.writing button[type=submit]');
  await ben.sees('shall we go on');
  await ana.sees('shall we go on');
  const [note] = (await (await ben.page.request.get(`/api/v1/annotations?document=${path.slice(3)}&limit=1`)).json()).data;
  assert.equal(note.quote, null);
});

test('a file is put in for oneself alone, renamed, taken away, and brought back', async () => {
  await ana.goes('/new');
  await ana.page.setInputFiles('[name=file]', { name: 'my_notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Zwölf 🚶 Zeilen.\r\n') });
  await ana.page.waitForFunction(() => document.querySelector('[name=title]').value === 'my notes');
  await ana.page.click('#new-text button[type=submit]');
  await ana.settled();
  const own = new URL(ana.page.url()).pathname;
  assert.equal(await ana.page.locator('#body').innerText(), 'Zwölf 🚶 Zeilen.');
  assert.equal((await ben.page.request.get(own)).status(), 404);

  ana.page.once('dialog', (dialog) => dialog.accept('My own notes'));
  await ana.page.click('.menu summary');
  await ana.page.click('[data-text=rename]');
  await ana.page.locator('h1', { hasText: 'My own notes' }).waitFor();
  await ana.settled();
  ana.page.once('dialog', (dialog) => dialog.accept());
  await ana.page.click('.menu summary');
  await ana.page.click('[data-text=delete]');
  await ana.page.click('.notice button');
  await ana.page.waitForURL((url) => url.pathname === own);
  await ana.settled();
  await ana.reads(path);
});

test('the owner ends the join link, and makes another', async () => {
  await ana.goes('/');
  await ana.page.click('text=Thursday readers >> nth=-1');
  await ana.page.click('.parts >> text=Invite');
  assert.equal(await ana.page.inputValue('#join-link'), joinLink);
  await ana.page.click('[data-end-link]');
  await ana.page.waitForSelector('#join-link', { state: 'detached' });
  await ana.page.click('text=Make a join link');
  const another = await ana.page.inputValue('#join-link');
  assert.notEqual(another, joinLink);
  const stranger = await Screen.open(launched, world.url);
  assert.equal((await stranger.page.goto(joinLink)).status(), 410);
  assert.equal((await stranger.page.goto(another)).status(), 200);
  await stranger.close();
});

for (const [what, buffer] of [
  ['Windows-1252', Buffer.from('Caf\xe9 au lait', 'latin1')],
  ['UTF-16', Buffer.from('\ufeffCafé au lait', 'utf16le')],
])
  test(`a file in ${what} is shown and put in with its accents`, async () => {
    await ana.goes('/new');
    await ana.page.setInputFiles('[name=file]', { name: 'cafe.txt', mimeType: 'text/plain', buffer });
    await ana.page.waitForFunction(() => document.querySelector('[name=text]').value === 'Café au lait');
    await ana.page.click('#new-text button[type=submit]');
    await ana.settled();
    assert.equal(await ana.page.locator('#body').innerText(), 'Café au lait');
    await ana.reads(path);
  });

test('a PDF is refused before it is sent, with what to do', async () => {
  await ana.goes('/new');
  await ana.page.setInputFiles('[name=file]', { name: 'essay.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n') });
  await ana.page.locator('.fault', { hasText: 'paste its words' }).waitFor();
  assert.equal(await ana.page.inputValue('[name=text]'), '');
  await ana.reads(path);
});

test('the page says that a password was wrong, and not only what to do about it', async () => {
  const page = await (await ana.page.context().browser().newContext({ baseURL: new URL(ana.page.url()).origin })).newPage();
  await page.goto('/signin');
  await page.fill('[name=name]', 'ana');
  await page.fill('[name=password]', 'not the one she has');
  await page.click('#signin button');
  await page.locator('.fault', { hasText: 'The name or the password is wrong.' }).waitFor();
  await page.context().close();
});

test('an owner makes another owner, and deletes a group that holds no text', async () => {
  const accept = (dialog) => dialog.accept();
  ana.page.on('dialog', accept);
  await ana.goes('/');
  await ana.page.click('text=Thursday readers >> nth=-1');
  await ana.page.click('.parts >> text=Members');
  const row = ana.page.locator('.members > li', { hasText: 'Ben' });
  await row.locator('summary').click();
  await row.getByText('Make owner').click();
  await row.locator('.role', { hasText: 'owner' }).waitFor();
  await ana.page.click('.parts >> text=Settings');
  await ana.page.click('#dissolve');
  await ana.page.locator('#settings .fault', { hasText: 'Texts have their home in this group' }).waitFor();
  const empty = await ana.page.evaluate(async () => (await (await fetch('/api/v1/groups', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"name":"Nobody yet"}' })).json()).links.html);
  await ana.goes(`${empty}#settings`);
  await ana.page.click('#dissolve');
  await ana.page.waitForURL((url) => url.pathname === '/');
  assert.equal((await ana.page.goto(empty)).status(), 404);
  ana.page.off('dialog', accept);
});

test('a group is made without a text, and its page has the way to a join link', async () => {
  await ben.goes('/');
  await ben.page.fill('#found [name=name]', 'Friday readers');
  await ben.page.click('#found button');
  await ben.page.locator('h1', { hasText: 'Friday readers' }).waitFor();
  await ben.page.click('.parts >> text=Invite');
  await ben.page.click('text=Make a join link');
  assert.match(await ben.page.inputValue('#join-link'), /\/join\//);
});

test('a group can be left, and its text is gone then', async () => {
  await cem.goes('/');
  await cem.page.click('text=Thursday readers >> nth=-1');
  cem.page.on('dialog', (dialog) => dialog.accept());
  await cem.page.click('.parts >> text=You here');
  await cem.page.click('#leave');
  await cem.page.waitForURL((url) => url.pathname === '/');
  assert.equal((await cem.page.goto(path)).status(), 404);
});

test('no browser had anything to complain about, and no policy was broken', () => {
  for (const screen of [ana, ben, cem]) screen.isContent();
});
