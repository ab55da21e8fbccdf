import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const NOWHERE = 'doc_01h00000000000000000000000';

const puts = (body, type, query = '', who = alice) => who.request('POST', `documents${query}`, { body, type });

test('a text goes in as JSON and comes back as it was counted', async () => {
  const essay = await alice.puts('The mass of men.\nLead lives.', { title: 'Walden', language: 'en', uris: ['https://example.org/walden'] });
  assert.equal(essay.title, 'Walden');
  assert.equal(essay.language, 'en');
  assert.deepEqual(essay.uris, ['https://example.org/walden']);
  assert.equal(essay.owner.name, 'alice');
  assert.equal(essay.annotations, 0);
  assert.equal(essay.version, 1);
  assert.equal(essay.revision.number, 1);
  assert.equal(essay.revision.format, 'text/plain');
  const text = await alice.textOf(essay);
  assert.equal(essay.revision.chars, [...text].length);
  assert.equal(essay.revision.sha256, sha256(text));
});

test('a text goes in as it lies on the disk', async () => {
  const answer = await puts('The mass of men.', 'text/plain', '?title=Walden%20Pond&language=en&uri=https%3A%2F%2Fexample.org%2Fpond');
  const essay = expect(answer, 201);
  assert.equal(essay.title, 'Walden Pond');
  assert.deepEqual(essay.uris, ['https://example.org/pond']);
  assert.equal(answer.headers.location, essay.links.self);
  assert.equal(answer.etag, (await alice.get(essay.links.self)).etag);
});

test('Markdown becomes what a reader sees, with a place for every block', async () => {
  const essay = await alice.putsMarkdown('# On *Walking*\n\nThe **mass** of men\n\n- one\n- two\n');
  const text = await alice.textOf(essay);
  assert.match(text, /^On Walking\nThe mass of men\n/);
  const html = expect(await alice.get(`${essay.path}/html`), 200);
  for (const [, at, inner] of html.matchAll(/<(?:p|h1|li)[^>]*data-o="(\d+)"[^>]*>(.*?)<\/(?:p|h1|li)>/gs)) {
    const plain = inner.replace(/<[^>]+>/g, '').trim();
    assert.equal([...text].slice(Number(at), Number(at) + [...plain].length).join(''), plain);
  }
  assert.match(html, /data-o="0"/);
  const toc = expect(await alice.get(`${essay.path}/toc`), 200);
  assert.deepEqual(toc.data, [{ level: 1, text: 'On Walking', start: 0 }]);
  assert.equal(toc.revision, essay.revision.id);
});

test('without a title the first heading is taken, or the first words', async () => {
  assert.equal(expect(await puts('# A heading\n\nText.', 'text/markdown'), 201).title, 'A heading');
  const plain = expect(await puts('Some first words of a text\nand more', 'text/plain'), 201);
  assert.match(plain.title, /^Some first words/);
});

test('HTML in Markdown does nothing', async () => {
  const essay = await alice.putsMarkdown('Hello <script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1)) <b onclick=x>b</b>');
  const html = expect(await alice.get(`${essay.path}/html`), 200);
  assert.doesNotMatch(html, /<script|<img|href="?javascript|<b /i);
});

test('the bytes that were put in come back byte for byte', async () => {
  const bytes = Buffer.from('\ufeffOne\r\nTwo\rThree\n', 'utf8');
  const essay = expect(await puts(bytes, 'text/plain'), 201);
  const original = await alice.get(`${essay.links.self}/original`);
  assert.equal(original.status, 200);
  assert.deepEqual(original.bytes, bytes);
  assert.equal(original.headers['x-content-type-options'], 'nosniff');
});

test('BOM off, CRLF and CR are line ends', async () => {
  const essay = expect(await puts('\ufeffOne\r\nTwo\rThree', 'text/plain'), 201);
  assert.equal(expect(await alice.get(`${essay.links.self}/text`), 200), 'One\nTwo\nThree');
});

test('a charset that is named is obeyed; bytes that do not fit it are refused with their place', async () => {
  const latin = expect(await puts(Buffer.from([0x63, 0x61, 0x66, 0xe9]), 'text/plain; charset=iso-8859-1'), 201);
  assert.equal(expect(await alice.get(`${latin.links.self}/text`), 200), 'café');
  const thai = expect(await puts(Buffer.from([0xa1, 0xd2]), 'text/plain; charset=tis-620'), 201);
  assert.equal(expect(await alice.get(`${thai.links.self}/text`), 200), 'กา');
  const utf16 = expect(await puts(Buffer.from('\ufeffhé😀', 'utf16le'), 'text/plain'), 201);
  assert.equal(expect(await alice.get(`${utf16.links.self}/text`), 200), 'hé😀');
  const broken = refused(await puts(Buffer.from([0x61, 0x62, 0xe9, 0x63]), 'text/plain'), 'unreadable-text');
  assert.match(JSON.stringify(broken), /\b2\b/);
  refused(await puts('x', 'text/plain; charset=klingon'), 'unreadable-text');
});

test('a text with NUL and a text of nothing are refused', async () => {
  refused(await puts('a\0b', 'text/plain'), 'unreadable-text');
  for (const [body, type] of [['', 'text/plain'], [' \n\t\n', 'text/plain'], ['<!-- -->', 'text/markdown'], ['\ufeff', 'text/plain']]) {
    const { status } = await puts(body, type);
    assert.ok([400, 422].includes(status) || type === 'text/markdown', `${JSON.stringify(body)}: ${status}`);
  }
  refused(await alice.post('documents', { title: 'No text' }), 'invalid-body');
  refused(await alice.post('documents', { text: 'x', markdown: 'y' }), 'invalid-body');
});

test('damaged characters are kept to the letter', async () => {
  const text = 'IÃ¡m stÃ¼ck â€œquotedâ€\u009d \ufffd e\u0301 é 👩‍👩‍👧 \u202eabc';
  const essay = await alice.puts(text);
  assert.equal(await alice.textOf(essay), text);
});

test('a part of a text is cut by characters', async () => {
  const essay = await alice.puts('a😀b\u0301c and more');
  const part = async (query) => expect(await alice.get(`${essay.path}/text?${query}`), 200);
  assert.equal(await part('from=0&to=2'), 'a😀');
  assert.equal(await part('from=1&to=4'), '😀b\u0301');
  assert.equal(await part('from=0&to=3&unit=utf16'), 'a😀');
  assert.equal(await part('from=4'), 'c and more');
  assert.equal(await part('to=1'), 'a');
  assert.equal(await part('from=4&to=999999'), 'c and more');
  assert.equal(await part('from=3&to=3'), '');
  for (const query of ['from=-1', 'from=x', 'from=3&to=2', 'from=9999', 'from=2&unit=utf16&to=3']) {
    const answer = await alice.get(`${essay.path}/text?${query}`);
    if (query.includes('utf16')) assert.ok([200, 400].includes(answer.status));
    else refused(answer, 'invalid-query');
  }
});

test('a text of 8 MiB goes in and a part of it comes out', async () => {
  const text = 'lorem ipsum dolor sit amet\n'.repeat(Math.floor((8 << 20) / 27) - 1) + 'THE END';
  const essay = expect(await puts(text, 'text/plain', '?title=Long'), 201);
  const chars = essay.revision.chars;
  assert.equal(expect(await alice.get(`${essay.links.self}/text?from=${chars - 7}`), 200), 'THE END');
});

test('by itself a text is its owner’s alone', async () => {
  const essay = await alice.puts('Mine.');
  assert.equal(essay.group, expect(await alice.get('me'), 200).mine);
  refused(await bob.get(essay.path), 'not-found');
  for (const part of ['text', 'html', 'toc', 'original', 'revisions', 'export.md', 'export.ndjson']) refused(await bob.get(`${essay.path}/${part}`), 'not-found');
  for (const part of ['', '/text', '/html']) refused(await bob.get(`/api/v1/revisions/${essay.revision.id}${part}`), 'not-found');
  refused(await bob.patch(essay.path, { title: 'Yours' }), 'not-found');
  refused(await bob.delete(essay.path), 'not-found');
  refused(await bob.post(`${essay.path}/move`, { group: 'mine' }), 'not-found');
  refused(await bob.post(`${essay.path}/restore`), 'not-found');
  refused(await bob.post(`${essay.path}/resolve-quote`, { quote: 'Mine' }), 'not-found');
  refused(await bob.post('annotations', { document: essay.id, body: 'x' }), 'not-found');
});

test('a text put into a group is read by its members and nobody else', async () => {
  const group = await world.group(alice, bob);
  const essay = await alice.puts('Ours.', { group: group.id });
  assert.equal(essay.group, group.id);
  assert.equal((await bob.reads(essay)).title, 'Untitled');
  refused(await carol.get(essay.path), 'not-found');
  const listed = async (who, query) => expect(await who.get(`documents?${query}`), 200).data.map((d) => d.id);
  assert.ok((await listed(bob, `group=${group.id}`)).includes(essay.id));
  assert.ok((await listed(bob, '')).includes(essay.id));
  assert.deepEqual((await listed(carol, '')).filter((id) => id === essay.id), []);
});

test('nobody puts a text into a group that they are not in', async () => {
  const group = await world.group(alice);
  refused(await bob.post('documents', { text: 'x', group: group.id }), 'invalid-body', '/group');
  refused(await bob.post('documents', { text: 'x', group: 'grp_01h00000000000000000000000' }), 'invalid-body', '/group');
  refused(await bob.post('documents', { text: 'x', group: 'nonsense' }), 'invalid-body', '/group');
});

test('title, language and addresses change; what is not named stays', async () => {
  const essay = await alice.puts('x', { title: 'Before', language: 'en', uris: ['https://example.org/a'] });
  const changed = expect(await alice.patch(essay.path, { title: 'After' }), 200);
  assert.deepEqual([changed.title, changed.language, changed.uris, changed.version], ['After', 'en', ['https://example.org/a'], 2]);
  const emptied = expect(await alice.patch(essay.path, { language: null, uris: ['https://example.org/b', 'https://example.org/c'] }), 200);
  assert.deepEqual([emptied.title, emptied.language, emptied.uris], ['After', null, ['https://example.org/b', 'https://example.org/c']]);
  refused(await alice.patch(essay.path, { title: null }), 'invalid-body', '/title');
  refused(await alice.patch(essay.path, { language: 'no language' }), 'invalid-body', '/language');
  refused(await alice.patch(essay.path, { uris: ['not an address'] }), 'invalid-body', '/uris/0');
  refused(await alice.patch(`documents/${NOWHERE}`, { title: 'x' }), 'not-found');
});

test('only its owner changes, moves or deletes a text', async () => {
  const group = await world.group(alice, bob);
  const essay = await alice.puts('Ours.', { group: group.id });
  refused(await bob.patch(essay.path, { title: 'Mine now' }), 'not-allowed');
  refused(await bob.delete(essay.path), 'not-allowed');
  refused(await bob.post(`${essay.path}/move`, { group: 'mine' }), 'not-allowed');
});

test('within a group an address leads to one text', async () => {
  const uris = ['https://example.org/once'];
  const first = await alice.puts('one', { uris });
  refused(await alice.post('documents', { text: 'two', uris }), 'address-taken');
  const other = await alice.puts('three');
  refused(await alice.patch(other.path, { uris }), 'address-taken');
  await bob.puts('four', { uris });
  assert.deepEqual(expect(await alice.get(`documents?uri=${encodeURIComponent(uris[0])}`), 200).data.map((d) => d.id), [first.id]);
});

test('a deleted text is gone until it is restored, with all that was on it', async () => {
  const group = await world.group(alice, bob);
  const essay = await alice.puts('Now you see it.', { group: group.id });
  const note = await bob.annotates(essay, { quote: 'see', body: 'I do' });
  await alice.deletes(essay);
  for (const who of [alice, bob]) {
    refused(await who.get(essay.path), 'not-found');
    refused(await who.get(`${essay.path}/text`), 'not-found');
    assert.ok(!expect(await who.get('documents'), 200).data.some((d) => d.id === essay.id));
    refused(await who.get(note.path), 'not-found');
  }
  refused(await bob.post('annotations', { document: essay.id, body: 'x' }), 'not-found');
  refused(await bob.post(`${essay.path}/restore`), 'not-found');
  assert.equal(expect(await alice.post(`${essay.path}/restore`), 200).id, essay.id);
  assert.equal((await bob.reads(note)).body, 'I do');
  expect(await alice.post(`${essay.path}/restore`), 200);
  refused(await alice.delete(`documents/${NOWHERE}`), 'not-found');
  refused(await alice.post(`documents/${NOWHERE}/restore`), 'not-found');
});

test('a deleted text whose address was given away is not restored over it', async () => {
  const uris = ['https://example.org/again'];
  const essay = await alice.puts('one', { uris });
  await alice.deletes(essay);
  await alice.puts('two', { uris });
  refused(await alice.post(`${essay.path}/restore`), 'address-taken');
});

test('a moved text is read by its new group, and by the old one no longer', async () => {
  const old = await world.group(alice, bob);
  const next = await world.group(alice, carol);
  const essay = await alice.puts('Moving.', { group: old.id });
  assert.equal(expect(await alice.post(`${essay.path}/move`, { group: next.id }), 200).group, next.id);
  refused(await bob.get(essay.path), 'not-found');
  assert.equal((await carol.reads(essay)).group, next.id);
  refused(await alice.post(`${essay.path}/move`, { group: 'grp_01h00000000000000000000000' }), 'invalid-body', '/group');
  refused(await alice.post(`documents/${NOWHERE}/move`, { group: 'mine' }), 'not-found');
});

test('an address taken in the new group stops the move', async () => {
  const group = await world.group(alice);
  const uris = ['https://example.org/there'];
  await alice.puts('one', { uris, group: group.id });
  const essay = await alice.puts('two', { uris });
  refused(await alice.post(`${essay.path}/move`, { group: group.id }), 'address-taken');
});

test('a text listed in a further group is read there until that ends', async () => {
  const group = await world.group(alice, bob);
  const essay = await alice.puts('For you too.');
  const listing = `${group.path}/documents/${essay.id}`;
  refused(await bob.put(listing), 'not-found');
  expect(await alice.put(listing), 204);
  expect(await alice.put(listing), 204);
  assert.equal((await bob.reads(essay)).id, essay.id);
  assert.ok(expect(await bob.get(`documents?group=${group.id}`), 200).data.some((d) => d.id === essay.id));
  refused(await bob.delete(listing), 'not-allowed');
  expect(await alice.delete(listing), 204);
  refused(await bob.get(essay.path), 'not-found');
  expect(await alice.delete(listing), 204);
  refused(await carol.put(listing), 'not-found');
  refused(await carol.delete(listing), 'not-found');
});

test('a member who does not own a text does not list it elsewhere', async () => {
  const group = await world.group(alice, bob);
  const essay = await alice.puts('Ours.', { group: group.id });
  const other = await world.group(bob, carol);
  refused(await bob.put(`${other.path}/documents/${essay.id}`), 'not-allowed');
  refused(await carol.get(essay.path), 'not-found');
});

test('the first revision is read by its id, and its text never changes', async () => {
  const essay = await alice.puts('Revised once.');
  const { data } = expect(await alice.get(`${essay.path}/revisions`), 200);
  assert.deepEqual(data.map((r) => [r.id, r.number, r.document, r.author.name, r.parent]), [[essay.revision.id, 1, essay.id, 'alice', null]]);
  const path = `/api/v1/revisions/${essay.revision.id}`;
  assert.equal(expect(await alice.get(path), 200).sha256, essay.revision.sha256);
  assert.equal(expect(await alice.get(`${path}/text`), 200), 'Revised once.');
  assert.match(expect(await alice.get(`${path}/html`), 200), /Revised once\./);
  for (const part of ['', '/text', '/html']) refused(await alice.get(`/api/v1/revisions/rev_01h00000000000000000000000${part}`), 'not-found');
});

test('a quote is found without writing anything', async () => {
  const essay = await alice.puts('one fish two fish red fish');
  const where = async (body) => expect(await alice.post(`${essay.path}/resolve-quote`, body), 200);
  const once = await where({ quote: 'two fish' });
  assert.deepEqual([once.found, once.total, once.revision], ['once', 1, essay.revision.id]);
  assert.deepEqual(once.places[0], { start: 9, end: 17, exact: 'two fish', before: 'one fish ', after: ' red fish', score: 1 });
  const many = await where({ quote: 'fish' });
  assert.deepEqual([many.found, many.total, many.places.map((p) => p.start)], ['many', 3, [4, 13, 22]]);
  assert.equal((await where({ quote: { exact: 'fish', prefix: 'red ' } })).places[0].start, 22);
  assert.equal((await where({ quote: 'fish', start: 12 })).places[0].start, 13);
  assert.equal((await where({ quote: 'whale' })).found, 'nowhere');
  refused(await alice.post(`${essay.path}/resolve-quote`, {}), 'invalid-body', '/quote');
  assert.deepEqual(await alice.sees(essay), []);
});

test('a page known by its address alone has no text to give', async () => {
  const note = await alice.annotates('https://example.org/elsewhere', { body: 'Worth reading.' });
  const page = await alice.reads(`/api/v1/documents/${note.document}`);
  assert.deepEqual([page.revision, page.owner, page.group, page.uris], [null, null, null, ['https://example.org/elsewhere']]);
  for (const part of ['text', 'html', 'toc', 'original']) refused(await alice.get(`${page.links.self}/${part}`), 'not-found');
  refused(await alice.patch(page.links.self, { title: 'x' }), 'not-allowed');
});

test('documents are listed newest first, or by their last change', async () => {
  const dora = await world.person('dora');
  const essays = [];
  for (const title of ['one', 'two', 'three']) essays.push(await dora.puts(title, { title }));
  const titles = async (query) => expect(await dora.get(`documents?${query}`), 200).data.map((d) => d.title);
  assert.deepEqual(await titles(''), ['three', 'two', 'one']);
  await dora.patch(essays[0].path, { title: 'one, changed' });
  assert.deepEqual(await titles('order=updated'), ['one, changed', 'three', 'two']);
});
