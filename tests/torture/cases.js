// What is asked of the server while its calls fail: each makes what it needs and says what to ask.
// `spoil` runs just before the question. `first`: tables that are changed in a transaction before.
// `within`: how an answer says no further down, because its status had gone out before. `streams`: it is sent
// as it is made; what fails after its status cuts it off, which its missing end tells.
import { randomBytes, randomUUID } from 'node:crypto';
import { expect, Person } from '../support/people.js';

const TEXT = 'The mass of men lead lives of quiet desperation. What is called resignation is confirmed desperation.';
const MARKDOWN = '# Economy\n\nThe mass of *men* lead lives of [quiet](https://example.org/) desperation.\n\n- one\n- two\n';
const newName = () => `t${randomBytes(6).toString('hex')}`;
const keyed = () => ({ 'Idempotency-Key': randomUUID() });
const json = (value, more = {}) => ({ body: JSON.stringify(value), headers: { 'Content-Type': 'application/json', ...more } });
const patch = (value, more = {}) => ({ body: JSON.stringify(value), headers: { 'Content-Type': 'application/merge-patch+json', ...more } });
const form = (value) => ({ body: new URLSearchParams(value).toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
const raw = (body, type) => ({ body, headers: { 'Content-Type': type } });

export async function makeCases(world) {
  const [alice, bob] = [await world.person('alice'), await world.person('bob')];
  const group = await world.group(alice, bob);
  const read = await alice.putsMarkdown(MARKDOWN, { group: group.id });
  const plain = await alice.puts(TEXT, { group: group.id });
  const long = await alice.puts(`${'What everybody echoes may turn out to be false. '.repeat(1500)}The end.`, { group: group.id });
  const note = await alice.annotates(read, { quote: 'lives', body: 'Some *words* & a [link](https://example.org/)' });
  await bob.replies(note, 'a reply');
  const further = await world.group(alice, bob);
  const both = await alice.puts(TEXT, { group: group.id });
  expect(await alice.put(`${further.path}/documents/${both.id}`), 204);
  await bob.reacts(note, 'agree');
  for (const quote of ['mass', 'quiet', 'resignation']) await bob.annotates(plain, { quote, body: `on ${quote}` });
  const edited = await alice.annotates(plain, { quote: 'men', body: 'first' });
  await alice.edits(edited, { body: 'second' });

  const newText = () => alice.puts(TEXT, { group: group.id });
  const newNote = async () => alice.annotates(plain, { quote: 'called', body: 'short-lived' });
  const newNoteForTwo = async () => alice.annotates(both, { body: 'short-lived', group: group.id });
  const bobsNote = async () => bob.annotates(plain, { quote: 'called', body: 'short-lived' });
  const newGroup = (fields) => alice.founds('Short-lived', fields);
  const newRequest = async () => expect(await bob.post(`${(await newGroup({ access: 'restricted' })).path}/requests`, {}), 201);
  const newGroupOfTwo = async () => {
    const made = await newGroup();
    await bob.joins(made, alice);
    return made;
  };
  const newReading = async () => {
    const made = await newText();
    await bob.annotates(made, { quote: 'mass', body: 'on mass' });
    const path = `${group.path}/documents/${made.id}/reveal`;
    expect(await alice.put(path, { own_count: 2, by_reader: true }), 200);
    return path;
  };
  const reading = await newReading();
  const get = (name, path, who = alice) => ({ name, make: () => ({ who, method: 'GET', path }) });
  const signedIn = (who) => new Person(world, { cookie: who.cookie });
  const newPerson = () => world.person(newName());

  return [
    get('one note', note.path),
    get('one note with its replies', `${note.path}?expand=replies`),
    get('the notes on a text', `/api/v1/annotations?document=${plain.id}&limit=2`),
    get('the notes everywhere, latest change first', `/api/v1/annotations?group=${group.id}&order=updated`),
    get('the history of a note', `${edited.path}/history`),
    get('the replies to a note', `${note.path}/replies`, bob),
    get('the reactions to a note', `${note.path}/reactions`),
    { name: 'a new note', make: () => ({ who: alice, method: 'POST', path: '/api/v1/annotations', ...json({ document: plain.id, quote: 'confirmed', body: 'Is *it*?', tags: ['doubt'] }, keyed()) }) },
    // A page is known before there is a note on it; without one nobody sees it.
    { name: 'a new note on a page elsewhere', first: ['document', 'document_address'], make: () => ({ who: alice, method: 'POST', path: '/api/v1/annotations', ...json({ document: `https://example.org/${randomUUID()}`, body: 'seen', selectors: [{ type: 'TextQuoteSelector', exact: 'é' }] }) }) },
    { name: 'a reply', make: async () => ({ who: bob, method: 'POST', path: `${(await newNote()).path}/replies`, ...json({ body: 'indeed' }, keyed()) }) },
    { name: 'an edit of a note', make: async () => ({ who: alice, method: 'PATCH', path: (await newNote()).path, ...patch({ body: 'better' }, { 'If-Match': '"1"' }) }) },
    { name: 'the end of a note', make: async () => ({ who: alice, method: 'DELETE', path: (await newNote()).path }) },
    { name: 'a reaction', make: async () => ({ who: bob, method: 'PUT', path: `${(await newNote()).path}/reactions/thanks` }) },
    {
      name: 'a reaction taken back', make: async () => {
        const made = await newNote();
        await bob.reacts(made, 'thanks');
        return { who: bob, method: 'DELETE', path: `${made.path}/reactions/thanks` };
      },
    },

    { name: 'a note shown in a further group', make: async () => ({ who: alice, method: 'PUT', path: `${(await newNoteForTwo()).path}/groups/${further.id}` }) },
    {
      name: 'a note shown there no more', make: async () => {
        const made = await newNoteForTwo();
        expect(await alice.put(`${made.path}/groups/${further.id}`), 200);
        return { who: alice, method: 'DELETE', path: `${made.path}/groups/${further.id}` };
      },
    },
    { name: 'a new note in two groups', make: () => ({ who: alice, method: 'POST', path: '/api/v1/annotations', ...json({ document: both.id, body: 'twice', group: group.id, groups: [further.id] }, keyed()) }) },
    {
      name: 'two drafts published', make: async () => {
        const ids = [];
        for (const body of ['one', 'two']) ids.push((await alice.annotates(plain, { body, draft: true })).id);
        return { who: alice, method: 'POST', path: '/api/v1/drafts/publish', ...json({ ids }, keyed()) };
      },
    },

    { name: 'a note that is hidden', make: async () => ({ who: alice, method: 'PUT', path: `${(await bobsNote()).path}/moderation`, ...json({ state: 'hidden', note: 'not here' }) }) },
    {
      name: 'a note that comes back', make: async () => {
        const made = await bobsNote();
        expect(await alice.put(`${made.path}/moderation`, { state: 'hidden' }), 200);
        return { who: alice, method: 'PUT', path: `${made.path}/moderation`, ...json({ state: 'approved' }) };
      },
    },
    get('what an edit has changed', `${plain.path}/diff`),
    get('how what is written stands', `${plain.path}/anchors?state=exact,changed,gone`),
    {
      name: 'what an edit has left in doubt', make: async () => {
        const made = await newText();
        await bob.annotates(made, { quote: 'called', body: 'goes along' });
        expect(await alice.post(`${made.path}/revisions`, { text: TEXT.replace('called', 'named') }, { headers: { 'If-Match': `"${made.revision.id}"` } }), 201);
        return { who: bob, method: 'GET', path: `${made.path}/anchors?confirmed=false&author=me` };
      },
    },
    {
      name: 'a passage then and now', make: async () => {
        const made = await newText();
        const it = await bob.annotates(made, { quote: 'called', body: 'goes along' });
        expect(await alice.post(`${made.path}/revisions`, { text: `First. ${TEXT}` }, { headers: { 'If-Match': `"${made.revision.id}"` } }), 201);
        return { who: bob, method: 'GET', path: `${it.path}/context` };
      },
    },
    {
      name: 'a place by hand', make: async () => {
        const made = await newText();
        const it = await bob.annotates(made, { quote: 'called', body: 'not there' });
        return { who: bob, method: 'PUT', path: `${it.path}/anchor`, ...json({ revision: made.revision.id, quote: 'quiet' }) };
      },
    },
    {
      name: 'the notes of an earlier revision', make: async () => {
        const made = await newText();
        await bob.annotates(made, { quote: 'called', body: 'goes along' });
        expect(await alice.post(`${made.path}/revisions`, { text: `First. ${TEXT}` }, { headers: { 'If-Match': `"${made.revision.id}"` } }), 201);
        return { who: bob, method: 'GET', path: `/api/v1/annotations?document=${made.id}&revision=${made.revision.id}&unit=utf16` };
      },
    },
    { name: 'a flag', make: async () => ({ who: bob, method: 'POST', path: `${(await newNote()).path}/flags`, ...json({ reason: 'spam' }) }) },
    {
      name: 'a flag taken back', make: async () => {
        const made = await newNote();
        expect(await bob.post(`${made.path}/flags`, { reason: 'spam' }), 201);
        return { who: bob, method: 'DELETE', path: `${made.path}/flags` };
      },
    },
    get('what the leaders have to look at', `${group.path}/moderation`),
    get('the flags of a group', `${group.path}/flags`),
    get('the log of a group', `${group.path}/modlog`),
    get('whom one has muted', '/api/v1/me/mutes'),
    { name: 'somebody muted', make: async () => ({ who: bob, method: 'PUT', path: `/api/v1/me/mutes/${(await newPerson()).id}` }) },
    {
      name: 'somebody read again', make: async () => {
        const { id } = await newPerson();
        expect(await bob.put(`me/mutes/${id}`), 204);
        return { who: bob, method: 'DELETE', path: `/api/v1/me/mutes/${id}` };
      },
    },
    {
      name: 'a text on which nobody may write any more', make: async () => {
        const made = await newText();
        await bob.annotates(made, { quote: 'called', body: 'until then' });
        return { who: alice, method: 'PUT', path: `${made.path}/annotating`, ...json({ allowed: 'none' }) };
      },
    },
    {
      name: 'the end of an account', make: async () => {
        const who = await newPerson();
        await who.joins(group, alice);
        await who.annotates(plain, { body: 'for the last time' });
        return { who: signedIn(who), method: 'POST', path: '/api/v1/me/erase', ...json({ password: who.password }) };
      },
    },

    get('the texts', '/api/v1/documents?limit=2&order=updated'),
    get('one text', read.path),
    { name: 'a text as HTML, compressed', make: () => ({ who: alice, method: 'GET', path: `${long.path}/html`, headers: { 'Accept-Encoding': 'gzip' } }) },
    get('the words of a text', `${plain.path}/text?from=4&to=20&unit=utf16`),
    get('a text as HTML', `${read.path}/html`),
    get('the original of a text', `${read.path}/original`),
    get('the revisions of a text', `${read.path}/revisions`),
    { name: 'a new text', make: () => ({ who: alice, method: 'POST', path: '/api/v1/documents', ...json({ title: 'New', text: TEXT, group: group.id, uris: [`https://example.org/${randomUUID()}`] }, keyed()) }) },
    { name: 'a new text in Markdown', make: () => ({ who: alice, method: 'POST', path: '/api/v1/documents?title=New', ...raw(MARKDOWN, 'text/markdown') }) },
    { name: 'a new text in another charset', make: () => ({ who: alice, method: 'POST', path: '/api/v1/documents?title=New', ...raw(Buffer.from('Caf\xe9 au lait', 'latin1'), 'text/plain; charset=iso-8859-15') }) },
    { name: 'a new long text', make: () => ({ who: alice, method: 'POST', path: '/api/v1/documents?title=Long', ...raw(`${TEXT}\n`.repeat(3000), 'text/plain') }) },
    {
      name: 'a text that changes its words, with what is written on it', make: async () => {
        const made = await newText();
        for (const quote of ['called', 'resignation']) await bob.annotates(made, { quote, body: 'goes along' });
        return { who: alice, method: 'POST', path: `${made.path}/revisions`, ...json({ text: `Before it all.\n${TEXT.replace('resignation', 'giving up')}`, note: 'plainer' }, { 'If-Match': `"${made.revision.id}"`, ...keyed() }) };
      },
    },
    {
      name: 'what has become of an edit that went on by itself', make: async () => {
        const made = await newText();
        const { links } = expect(await alice.post(`${made.path}/revisions`, { text: `Before it all.\n${TEXT}` }, { headers: { 'If-Match': `"${made.revision.id}"`, Prefer: 'respond-async' } }), 202);
        for (;;) {
          const { state } = expect(await alice.get(links.self), 200);
          if (state === 'done' || state === 'failed') return { who: alice, method: 'GET', path: links.self };
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      },
    },
    {
      name: 'a text that becomes what it was', make: async () => {
        const made = await newText();
        await bob.annotates(made, { quote: 'called', body: 'comes back' });
        const { revision } = expect(await alice.post(`${made.path}/revisions`, { text: 'Nothing of it.' }, { headers: { 'If-Match': `"${made.revision.id}"` } }), 201);
        return { who: alice, method: 'POST', path: `${made.path}/revisions`, ...json({ restore: made.revision.id }, { 'If-Match': `"${revision.id}"` }) };
      },
    },
    {
      name: 'a suggestion that is accepted', make: async () => {
        const made = await newText();
        const one = await bob.annotates(made, { quote: 'called', replacement: 'named' });
        await bob.annotates(made, { quote: 'resignation', body: 'goes along' });
        return { who: alice, method: 'POST', path: `${one.path}/accept`, headers: { 'If-Match': `"${made.revision.id}"`, ...keyed() } };
      },
    },
    {
      name: 'suggestions that are accepted together', make: async () => {
        const made = expect(await alice.post('documents', { markdown: '# A *title*\n\nSome words.', title: 'New', group: group.id }), 201);
        const ids = [];
        for (const [quote, replacement] of [['title', '*name*'], ['words', '']]) ids.push((await bob.annotates(made, { quote, replacement })).id);
        return { who: alice, method: 'POST', path: `${made.links.self}/suggestions/accept`, ...json({ ids, note: 'both' }, { 'If-Match': `"${made.revision.id}"`, ...keyed() }) };
      },
    },
    {
      name: 'suggestions that overlap', make: async () => {
        const made = await newText();
        const ids = [];
        for (const quote of ['called', 'is called']) ids.push((await bob.annotates(made, { quote, replacement: 'named' })).id);
        return { who: alice, method: 'POST', path: `${made.path}/suggestions/accept`, ...json({ ids }, { 'If-Match': `"${made.revision.id}"` }) };
      },
    },
    {
      name: 'a suggestion that is rejected', make: async () => ({ who: alice, method: 'POST', path: `${(await bob.annotates(await newText(), { quote: 'called', replacement: 'named' })).path}/reject`, ...json({ reason: 'It is a quotation.' }) }),
    },
    {
      name: 'other words for a passage', make: async () => ({ who: bob, method: 'PATCH', path: (await bob.annotates(await newText(), { quote: 'called', replacement: 'named' })).path, ...patch({ replacement: 'said to be' }) }),
    },
    { name: 'a text that changes its title', make: async () => ({ who: alice, method: 'PATCH', path: (await newText()).path, ...patch({ title: 'Renamed' }) }) },
    { name: 'a text that moves', make: async () => ({ who: alice, method: 'POST', path: `${(await newText()).path}/move`, ...json({ group: 'everyone' }) }) },
    { name: 'a text listed in a further group', make: async () => ({ who: alice, method: 'PUT', path: `${(await newGroup()).path}/documents/${(await newText()).id}` }) },
    { name: 'the end of a text', make: async () => ({ who: alice, method: 'DELETE', path: (await newText()).path }) },
    {
      name: 'a text that comes back', make: async () => {
        const made = await newText();
        await alice.deletes(made);
        return { who: alice, method: 'POST', path: `${made.path}/restore` };
      },
    },
    { name: 'the place of a quote', make: () => ({ who: bob, method: 'POST', path: `/api/v1/documents/${plain.id}/resolve-quote`, ...json({ quote: 'quiet desperatio' }) }) },
    { name: 'the place of a quote in a long text', make: () => ({ who: bob, method: 'POST', path: `/api/v1/documents/${long.id}/resolve-quote`, ...json({ quote: 'The end' }) }) },
    { ...get('a text with its notes in Markdown', `${read.path}/export.md`), streams: true },
    { ...get('a text with its notes as lines of JSON', `${read.path}/export.ndjson`), streams: true },
    { ...get('the notes as a stream of lines', `/api/v1/annotations.ndjson?document=${plain.id}`), streams: true },
    { name: 'many notes at once', within: /"status":50[03]/, make: () => ({ who: alice, method: 'POST', path: '/api/v1/annotations/batch?atomic=true', ...raw([1, 2, 3].map((i) => JSON.stringify({ document: plain.id, quote: 'quiet', body: `note ${i}` })).join('\n'), 'application/x-ndjson') }) },
    { ...get('all of one’s own in Markdown', '/api/v1/me/export.md', bob), streams: true },

    get('the groups', '/api/v1/groups', bob),
    get('the members of a group', `${group.path}/members`),
    get('how a group reads a text', reading, bob),
    get('where readers looked alike', reading.replace('/reveal', '/compare')),
    { name: 'a rule for reading a text', make: async () => ({ who: alice, method: 'PUT', path: `${group.path}/documents/${(await newText()).id}/reveal`, ...json({ own_count: 3 }) }) },
    { name: 'a reading opened for oneself', make: async () => ({ who: bob, method: 'POST', path: `${await newReading()}/me`, headers: keyed() }) },
    { name: 'a reading revealed to all', make: async () => ({ who: alice, method: 'POST', path: `${await newReading()}/now`, headers: keyed() }) },
    {
      name: 'an answer to what is written apart', make: async () => {
        const made = await newGroupOfTwo();
        const text = await alice.puts(TEXT, { group: made.id });
        expect(await alice.put(`${made.path}/documents/${text.id}/reveal`, {}), 200);
        const it = await bob.annotates(text, { quote: 'mass', body: 'apart' });
        return { who: alice, method: 'POST', path: `${it.path}/replies`, ...json({ body: 'between the two' }, keyed()) };
      },
    },
    {
      name: 'a reading revealed with what was answered apart', make: async () => {
        const made = await newGroupOfTwo();
        const text = await alice.puts(TEXT, { group: made.id });
        const path = `${made.path}/documents/${text.id}/reveal`;
        expect(await alice.put(path, {}), 200);
        await alice.replies(await bob.annotates(text, { quote: 'mass', body: 'apart' }), 'between the two');
        return { who: alice, method: 'POST', path: `${path}/now`, headers: keyed() };
      },
    },
    { name: 'the note that opens a reading', make: async () => ({ who: bob, method: 'POST', path: '/api/v1/annotations', ...json({ document: (await newReading()).split('/')[6], quote: 'quiet', body: 'enough' }) }) },
    { name: 'a new group', make: () => ({ who: alice, method: 'POST', path: '/api/v1/groups', ...json({ name: 'Another' }) }) },
    { name: 'a group that is renamed', make: async () => ({ who: alice, method: 'PATCH', path: (await newGroup()).path, ...patch({ name: 'Renamed' }) }) },
    { name: 'the end of a group', make: async () => ({ who: alice, method: 'DELETE', path: (await newGroup()).path }) },
    { name: 'a new invitation', make: async () => ({ who: alice, method: 'POST', path: `${(await newGroup()).path}/invitations`, ...json({}) }) },
    { name: 'an invitation accepted', make: async () => ({ who: bob, method: 'POST', path: `/api/v1/invitations/${(await alice.invites(await newGroup())).code}/accept` }) },
    { name: 'a member who leads', make: async () => ({ who: alice, method: 'PATCH', path: `${(await newGroupOfTwo()).path}/members/${bob.id}`, ...patch({ role: 'owner' }) }) },
    get('the groups that one may come into', '/api/v1/groups?access=open,restricted', bob),
    get('the table of permissions', '/api/v1/permissions', world.anyone),
    { name: 'a group that is joined', make: async () => ({ who: bob, method: 'POST', path: `${(await newGroup({ access: 'open' })).path}/join` }) },
    { name: 'a group that is handed over', make: async () => ({ who: alice, method: 'POST', path: `${(await newGroupOfTwo()).path}/owner`, ...json({ user: bob.id }, keyed()) }) },
    { name: 'what is between two', make: async () => {
      const person = await newPerson();
      await person.joins(await newGroup(), alice);
      return { who: alice, method: 'POST', path: '/api/v1/groups', ...json({ with: person.id }, keyed()) };
    } },
    { name: 'another code for an invitation', make: async () => ({ who: alice, method: 'POST', path: `/api/v1/invitations/${(await alice.invites(await newGroup())).id}/rotate` }) },
    { name: 'the end of an invitation', make: async () => ({ who: alice, method: 'DELETE', path: `/api/v1/invitations/${(await alice.invites(await newGroup())).id}` }) },
    { name: 'a request to join', make: async () => ({ who: bob, method: 'POST', path: `${(await newGroup({ access: 'restricted' })).path}/requests`, ...json({ message: 'Please.' }, keyed()) }) },
    { name: 'a request that is accepted', make: async () => ({ who: alice, method: 'PATCH', path: `/api/v1/requests/${(await newRequest()).id}`, ...patch({ state: 'accepted' }) }) },
    { name: 'a request that is looked at', make: async () => ({ who: bob, method: 'GET', path: `/api/v1/requests/${(await newRequest()).id}` }) },
    get('the requests to join a group', `${group.path}/requests?state=all`),
    get('one’s own requests', '/api/v1/me/requests', bob),
    { name: 'a mask that is put on', make: async () => ({ who: alice, method: 'PUT', path: `${(await newGroup()).path}/mask`, ...json({ name: 'Owl' }) }) },
    { name: 'a mask that is taken off', make: async () => {
      const made = await newGroup();
      expect(await alice.put(`${made.path}/mask`, { name: 'Owl' }), 200);
      return { who: alice, method: 'DELETE', path: `${made.path}/mask` };
    } },
    get('the texts of a group', `${group.path}/documents?limit=2`, bob),
    { name: 'texts that are put in order', make: async () => {
      const made = await newGroup();
      const text = await alice.puts(TEXT, { group: made.id });
      return { who: alice, method: 'PUT', path: `${made.path}/documents`, ...json({ documents: [text.id] }) };
    } },
    { name: 'a member who leaves', make: async () => ({ who: bob, method: 'POST', path: `${(await newGroupOfTwo()).path}/leave` }) },

    { name: 'a new account', make: () => ({ who: world.anyone, method: 'POST', path: '/api/v1/users', ...json({ name: newName(), password: 'correct horse', session: true }) }) },
    { name: 'a sign-in', make: () => ({ who: world.anyone, method: 'POST', path: '/api/v1/session', ...json({ name: alice.name, password: alice.password }) }) },
    { name: 'a sign-in by the page’s form', make: () => ({ who: world.anyone, method: 'POST', path: '/signin', ...form({ name: alice.name, password: alice.password }) }) },
    { name: 'a sign-out', make: async () => ({ who: signedIn(await newPerson()), method: 'DELETE', path: '/api/v1/session' }) },
    { name: 'another password', make: async () => {
      const person = await newPerson();
      return { who: signedIn(person), method: 'PUT', path: '/api/v1/me/password', ...json({ current: person.password, new: 'battery staple' }) };
    } },
    { name: 'another name to be called by', make: async () => ({ who: signedIn(await newPerson()), method: 'PATCH', path: '/api/v1/me', ...patch({ display_name: 'Ann Other' }) }) },
    { name: 'a new token', make: () => ({ who: signedIn(alice), method: 'POST', path: '/api/v1/tokens', ...json({ name: 'script', scopes: ['export'] }) }) },
    { name: 'the end of a token', make: async () => ({ who: signedIn(alice), method: 'DELETE', path: `/api/v1/tokens/${(await alice.makesToken(['export'])).id}` }) },
    get('oneself', '/api/v1/me'),

    get('the page of texts', '/', signedIn(alice)),
    get('the page of a text', `/d/${read.id}`, signedIn(alice)),
    get('the page of a text as it was', `/d/${read.id}@${read.revision.id}`, signedIn(alice)),
    get('the page where a text is edited', `/d/${read.id}/edit`, signedIn(alice)),
    get('the page of a text’s history', `/d/${read.id}/history`, signedIn(alice)),
    get('the page of what differs', `/d/${read.id}/diff`, signedIn(alice)),
    get('the page of a note', `/n/${note.id}`, signedIn(alice)),
    get('the page of a group', `/g/${group.id}`, signedIn(alice)),
    get('the page of an account', '/account', signedIn(alice)),
    get('the page to sign in', '/signin', world.anyone),
    get('what is ready', '/readyz', world.anyone),
    get('the contract', '/api/v1/openapi.json', world.anyone),
    get('something that is not there', '/api/v1/nothing'),
    { name: 'a body that is no JSON', make: () => ({ who: alice, method: 'POST', path: '/api/v1/annotations', ...raw('{"document":', 'application/json') }) },

    // The connections to the database are gone just then, and each has to be made anew.
    { ...get('the notes on a text after an outage', `/api/v1/annotations?document=${plain.id}`), spoil: () => world.cutsConnections() },
  ];
}
