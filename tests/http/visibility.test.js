// Who sees what, asked of every way that leads to an annotation. The oracle is made of groups, roles
// and authors, not of passes; what nobody may see carries a canary word.
import assert from 'node:assert/strict';
import test from 'node:test';
import { World, expect, refused } from '../support/people.js';

// With either lock switched off, the other alone must keep every test green.
const LOCKS = [['both locks', {}], ['the door alone', { GLOSS_TEST: '1', GLOSS_TEST_LOCKS: 'statement=off' }], ['the statement alone', { GLOSS_TEST: '1', GLOSS_TEST_LOCKS: 'door=off' }]];

for (const [lock, env] of LOCKS) {
  const world = await World.start({ env, expectsErrors: true });
  const people = {};
  for (const name of ['ana', 'ben', 'cleo', 'dan', 'eve']) people[name] = await world.person(name);
  const { ana, ben, cleo, dan, eve } = people;
  people.nobody = world.anyone;

  // ana leads both groups; ben is in the first, cleo in the second, dan in both, eve in neither.
  const first = await world.group(ana, ben, dan);
  const second = await world.group(ana, cleo, dan);
  const members = new Map([[first.id, ['ana', 'ben', 'dan']], [second.id, ['ana', 'cleo', 'dan']]]);
  for (const name of Object.keys(people).filter((n) => n !== 'nobody')) members.set(expect(await people[name].get('me'), 200).mine, [name]);

  const essay = await ana.puts('The mass of men lead lives of quiet desperation.', { title: 'Shared', group: first.id });
  expect(await ana.put(`${second.path}/documents/${essay.id}`), 204);
  const own = await ben.puts('Mine alone.', { title: 'canary-own' });

  let canaries = 0;
  const notes = [];
  // says: a word that is in this annotation alone. readers: who may see it, from who wrote it where.
  const says = async (who, on, fields, readers) => {
    const canary = `canary${++canaries}x`;
    const fits = { body: canary, tags: [`tag-${canary}`], ...fields };
    const note = fields.parent ? await people[who].replies(fields.parent, canary, { visibility: fields.visibility, tags: fits.tags }) : await people[who].annotates(on, fits);
    const group = note.group;
    notes.push({ note, canary, document: note.document, who, readers: new Set(readers ?? [...(members.get(group) ?? []), who]) });
    return note;
  };

  const shared = await says('ben', essay, { quote: 'mass', group: first.id });
  await says('cleo', essay, { quote: 'mass', group: second.id });
  await says('dan', essay, { quote: 'quiet', group: second.id });
  await says('ben', essay, { quote: 'men', group: first.id, visibility: 'private' }, ['ben']);
  await says('dan', essay, { quote: 'men', group: first.id, draft: true }, ['dan']);
  await says('ana', essay, { parent: shared });
  const aside = await says('ana', essay, { parent: shared, visibility: 'private' }, ['ana']);
  await says('ana', essay, { parent: aside }, ['ana']);
  await says('ben', own, { body: 'x' }, ['ben']);
  await says('ana', 'https://example.org/page', { group: first.id });
  await says('cleo', 'https://example.org/page', {}, ['cleo']);
  await says('eve', 'https://example.org/page', {}, ['eve']);

  const readersOf = new Map([[essay.id, new Set(['ana', 'ben', 'cleo', 'dan'])], [own.id, new Set(['ben'])]]);
  const signedIn = (name) => name !== 'nobody';

  // All pages of a list, as text and as ids.
  const walk = async (who, path) => {
    const all = { text: '', ids: [], status: 0 };
    while (path) {
      const page = await who.get(path);
      all.status = page.status;
      all.text += page.text + JSON.stringify(page.headers);
      if (page.status !== 200) break;
      all.ids.push(...page.json.data.map((n) => n.id));
      path = page.next;
    }
    return all;
  };

  const leaks = (name, text) => notes.filter(({ canary, readers }) => !readers.has(name) && text.includes(canary)).map(({ canary }) => canary);

  for (const [name, who] of Object.entries(people)) {
    test(`${lock}: ${name} reads exactly the annotations that they may, by every address`, async () => {
      for (const { note, canary, readers } of notes) {
        const may = readers.has(name);
        for (const part of ['', '/replies', '/history', '/reactions']) {
          const answer = await who.get(`${note.path}${part}`);
          assert.equal(answer.status, may ? 200 : signedIn(name) ? 404 : 401, `${canary}${part}: ${answer.text.slice(0, 200)}`);
          assert.deepEqual(leaks(name, answer.text + JSON.stringify(answer.headers)), []);
        }
      }
    });

    if (!signedIn(name)) continue;

    test(`${lock}: the lists of ${name} hold exactly what they may see`, async () => {
      const expected = (filter) => notes.filter((n) => n.readers.has(name) && filter(n)).map((n) => n.note.id).sort();
      for (const [query, filter] of [
        ['', () => true],
        ['order=updated', () => true],
        [`group=${first.id}`, (n) => n.note.group === first.id],
        [`group=${second.id}`, (n) => n.note.group === second.id],
        ['author=ben', (n) => n.who === 'ben'],
        ['author=me', (n) => n.who === name],
        [`document=${essay.id}`, (n) => n.document === essay.id],
        [`document=${essay.id}&order=updated`, (n) => n.document === essay.id],
        [`document=${essay.id}&group=${first.id}`, (n) => n.document === essay.id && n.note.group === first.id],
        [`document=${essay.id}&author=ben`, (n) => n.document === essay.id && n.who === 'ben'],
        [`document=${essay.id}&from=0&to=200`, (n) => n.document === essay.id && n.note.anchor],
        [`document=${encodeURIComponent('https://example.org/page')}`, (n) => n.note.document !== essay.id && n.note.document !== own.id],
      ]) {
        const list = await walk(who, `/api/v1/annotations?limit=2&${query}`);
        if (list.status === 404) {
          assert.deepEqual(expected(filter), [], query);
          continue;
        }
        assert.deepEqual([...list.ids].sort(), expected(filter), query);
        assert.deepEqual(leaks(name, list.text), [], query);
      }
      for (const { canary, readers, note } of notes) {
        const found = await walk(who, `/api/v1/annotations?tag=tag-${canary}`);
        assert.deepEqual(found.ids, readers.has(name) ? [note.id] : [], canary);
      }
    });

    test(`${lock}: documents, counts, exports and pages tell ${name} no more`, async () => {
      for (const [id, readers] of readersOf) {
        const seen = notes.filter((n) => n.document === id && n.readers.has(name)).length;
        const answer = await who.get(`documents/${id}`);
        assert.equal(answer.status, readers.has(name) ? 200 : 404);
        if (readers.has(name)) assert.equal(answer.json.annotations, seen);
        for (const path of [`/api/v1/documents/${id}/export.md`, `/api/v1/documents/${id}/export.ndjson`, `/d/${id}`]) {
          const out = await who.get(path, { contract: false, headers: { Cookie: who.cookie } });
          assert.deepEqual(leaks(name, out.text), [], path);
          if (!readers.has(name)) assert.ok(!out.text.includes('canary-own') && !out.text.includes('quiet desperation'), path);
        }
      }
      for (const path of ['/api/v1/me/export.md', '/api/v1/me/export.ndjson', '/', '/api/v1/documents', '/api/v1/groups', ...notes.map(({ note }) => `/n/${note.id}`)]) {
        const out = await who.get(path, { contract: false });
        assert.deepEqual(leaks(name, out.text + JSON.stringify(out.headers)), [], path);
      }
      const listed = expect(await who.get('documents'), 200).data;
      for (const document of listed) assert.equal(document.annotations, notes.filter((n) => n.document === document.id && n.readers.has(name)).length, document.title ?? 'page');
      assert.equal(listed.some((d) => d.id === own.id), name === 'ben');
    });

    test(`${lock}: ${name} changes nothing that they may not see`, async () => {
      for (const { note, readers } of notes.filter((n) => !n.readers.has(name))) {
        assert.ok(!readers.has(name));
        refused(await who.patch(note.path, { body: 'changed' }), 'not-found');
        refused(await who.delete(note.path), 'not-found');
        refused(await who.post(`${note.path}/replies`, { body: 'x' }), 'not-found');
        refused(await who.put(`${note.path}/reactions/agree`), 'not-found');
      }
    });
  }

  test(`${lock}: a page elsewhere is there for those who may see an annotation on it`, async () => {
    const page = notes.at(-1).document;
    for (const [name, who] of Object.entries(people).filter(([n]) => signedIn(n))) {
      const seen = notes.filter((n) => n.document === page && n.readers.has(name)).length;
      const answer = await who.get(`documents/${page}`);
      assert.equal(answer.status, seen ? 200 : 404, name);
      if (seen) assert.equal(answer.json.annotations, seen, name);
    }
  });

  test(`${lock}: a text on which everything is hidden looks like one on which nothing is`, async () => {
    const hidden = await ana.puts('Probe text, twice.', { title: 'Probe', group: first.id });
    const empty = await ana.puts('Probe text, twice.', { title: 'Probe', group: first.id });
    const note = await ana.annotates(hidden, { quote: 'Probe', body: 'x', visibility: 'private', tags: ['t'] });
    await ana.replies(note, 'y');
    await ana.reacts(note, 'agree');
    await ana.edits(note, { body: 'z' });
    const draft = await ana.annotates(hidden, { body: 'x', draft: true });
    await ana.deletes(draft);
    const plain = (answer, document) => answer.text.replaceAll(document.id, 'ID').replaceAll(document.revision.id, 'REV').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'TIME');
    for (const path of ['', '/html', '/toc', '/revisions', '/text', '/export.md', '/export.ndjson']) {
      const [a, b] = [await ben.get(`${hidden.path}${path}`), await ben.get(`${empty.path}${path}`)];
      assert.equal(plain(a, hidden), plain(b, empty), path);
      assert.equal(a.headers['content-length'], b.headers['content-length'], path);
    }
    for (const query of ['', '&order=updated', '&tag=t', '&author=ana', '&from=0&to=5']) {
      const [a, b] = [await ben.get(`annotations?document=${hidden.id}${query}`), await ben.get(`annotations?document=${empty.id}${query}`)];
      assert.equal(a.text, b.text, query);
    }
  });

  test(`${lock}: the passes are what members and roles say`, async () => {
    await ben.leaves(first);
    const invitation = await ana.invites(first, { role: 'owner' });
    await ben.accepts(invitation);
    expect(await ana.delete(`${first.path}/members/${dan.id}`), 204);
    assert.equal(world.sql('SELECT count(*) FROM gloss.pass WHERE reads <> gloss.pass_of(user_id)'), '0');
    // The oracle: no passes, no pass_of; roles and classes alone.
    assert.equal(world.sql(`
      WITH oracle AS (
        SELECT u.id, coalesce(array_agg(x.id ORDER BY x.id) FILTER (WHERE x.class = 0 OR x.class IN (1, 3) AND m.role <> 'member'), '{}') AS reads
          FROM gloss.users u LEFT JOIN gloss.member m ON m.user_id = u.id LEFT JOIN gloss.groups g ON g.id = m.group_id AND g.deleted_at IS NULL
          LEFT JOIN gloss.audience x ON x.group_id = g.id WHERE u.state = 'active' GROUP BY u.id)
      SELECT count(*) FROM oracle o JOIN gloss.pass p ON p.user_id = o.id WHERE p.reads <> o.reads`), '0');
    refused(await dan.get(`${first.path}`), 'not-found');
    refused(await dan.get(shared.path), 'not-found');
  });
}

test('on a public server anybody reads what Everyone has, and writes nothing', async () => {
  const world = await World.start({ args: ['--public', 'on'] });
  const ana = await world.person('ana');
  const open = await ana.puts('For all the world.', { group: 'everyone' });
  const own = await ana.puts('Not for all the world.');
  const note = await ana.annotates(open, { quote: 'world', body: 'hello' });
  const secret = await ana.annotates(open, { body: 'to myself', visibility: 'private' });
  const nobody = world.anyone;
  assert.equal(expect(await nobody.get(open.path), 200).annotations, 1);
  assert.equal((await nobody.get(note.path)).status, 200);
  assert.deepEqual((await nobody.sees(open)).map((n) => n.id), [note.id]);
  refused(await nobody.get(own.path), 'not-found');
  refused(await nobody.get(secret.path), 'not-found');
  refused(await nobody.post('annotations', { document: open.id, body: 'x' }), 'unauthorized');
  refused(await nobody.put(`${note.path}/reactions/agree`), 'unauthorized');
});

test('what one’s rights were is forgotten within a second, in another process too', async () => {
  const world = await World.start();
  const { Server } = await import('../support/server.js');
  const { Person } = await import('../support/people.js');
  const ana = await world.person('ana');
  const ben = await world.person('ben');
  const group = await world.group(ana, ben);
  const essay = await ana.puts('Two processes.', { group: group.id });
  const other = await Server.start(world.args);
  const elsewhere = new Person({ url: other.url }, { token: ben.token });
  expect(await elsewhere.get(essay.path), 200);
  expect(await ana.delete(`${group.path}/members/${ben.id}`), 204);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  refused(await elsewhere.get(essay.path), 'not-found');
  await other.stop();
});
