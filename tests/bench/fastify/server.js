// The endpoints that make bench measures, on the same tables, as a good engineer would write them with
// Fastify and pg: a process for each core, a pool, named prepared statements, answers serialised by a
// schema, tokens and texts remembered for a while, who may see what asked by joining memberships.
import cluster from 'node:cluster';
import { createHash, randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import pg from 'pg';

const WORKERS = Number(process.env.WORKERS);
const CONNECTIONS = 6;
const TOKEN_MS = 1000;
const TEXTS = 1000;

const COLUMNS = `a.id, a.document_id, a.group_id, a.audience_id, a.open, a.author_id, u.name AS author_name, u.display_name,
  a.kind, a.body, a.tags, a.quote_exact, a.quote_prefix, a.quote_suffix, a.selectors, a.parent_id, a.thread_id, a.status,
  a.draft, a.version, a.created_at, a.updated_at, n.revision_id, n.start_chars, n.end_chars, n.state, n.score`;
const TABLES = `annotation a
  JOIN users u ON u.id = a.author_id
  JOIN document d ON d.id = a.document_id
  LEFT JOIN LATERAL (SELECT * FROM anchor n WHERE n.document_id = a.document_id AND n.annotation_id = a.id
    AND n.revision_id = d.current_revision_id LIMIT 1) n ON true`;
const COUNTS = `(SELECT count(*)::int FROM annotation r WHERE r.document_id = a.document_id AND r.thread_id = a.id AND r.parent_id = a.id
    AND r.deleted_at IS NULL AND r.open) AS replies,
  ARRAY(SELECT r.what || ' ' || count(*) FROM reaction r WHERE r.document_id = a.document_id AND r.annotation_id = a.id GROUP BY r.what) AS reactions`;
const MAY_SEE = `(a.author_id = $1 OR (a.open AND EXISTS (SELECT 1 FROM member m WHERE m.group_id = a.group_id AND m.user_id = $1)))`;

// First the ids, from the indexes that are there, then the rows: of each group of the reader the newest, and
// what is theirs alone.
const page = (after) => `SELECT ${COLUMNS}, ${COUNTS}
  FROM (SELECT k.id FROM (
      SELECT g.id, g.created_at FROM member m JOIN audience x ON x.group_id = m.group_id AND x.class = 0
        CROSS JOIN LATERAL (SELECT a.id, a.created_at FROM annotation a WHERE a.document_id = $2 AND a.audience_id = x.id ${after}
          ORDER BY a.created_at DESC, a.id DESC LIMIT $3) g
       WHERE m.user_id = $1
      UNION ALL
      (SELECT a.id, a.created_at FROM annotation a WHERE a.document_id = $2 AND a.author_id = $1 AND NOT a.open ${after}
        ORDER BY a.created_at DESC, a.id DESC LIMIT $3)) k
    ORDER BY k.created_at DESC, k.id DESC LIMIT $3) k
  JOIN (${TABLES}) ON a.document_id = $2 AND a.id = k.id
  ORDER BY a.created_at DESC, a.id DESC`;

const SQL = {
  token: `SELECT u.id, u.name FROM token t JOIN users u ON u.id = t.user_id
    WHERE t.hash = $1 AND u.state = 'active' AND (t.expires_at IS NULL OR t.expires_at > now())`,
  one: `SELECT ${COLUMNS}, ${COUNTS} FROM ${TABLES} WHERE a.id = $2 AND ${MAY_SEE}`,
  page: page(''),
  // for those who come back for more
  pageAfter: page('AND (a.created_at, a.id) < ($4, $5)'),
  target: `SELECT d.id, d.group_id, d.audience_id, d.current_revision_id FROM document d JOIN member m ON m.group_id = d.group_id AND m.user_id = $1
    WHERE d.id = $2 AND d.deleted_at IS NULL`,
  text: 'SELECT canonical FROM revision_text WHERE document_id = $1 AND revision_id = $2',
  key: `INSERT INTO idempotency_key (user_id, key, request_hash, operation, object_id, document_id, status)
    VALUES ($1, $2, $3, 'createAnnotation', $4, $5, 201) ON CONFLICT DO NOTHING`,
  keyed: 'SELECT object_id, request_hash FROM idempotency_key WHERE user_id = $1 AND key = $2',
  insert: `INSERT INTO annotation (document_id, id, group_id, author_id, audience_id, open, thread_id, kind, revision_id, body, tags,
      quote_exact, quote_prefix, quote_suffix, selectors, shown, renderer, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, true, $2, 'comment', $6, $7, $8, $9, $10, $11, $12, $13, 1, now(), now())`,
  anchor: `INSERT INTO anchor (document_id, annotation_id, revision_id, start_chars, end_chars, state) VALUES ($1, $2, $3, $4, $5, 'exact')`,
  event: `INSERT INTO event (document_id, ordinal, kind, group_id, audience_id, subject_id, actor_id, delta)
    VALUES ($1, 0, 'annotation.created', $2, $3, $4, $5, 1)`,
};

const user = { type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' }, display_name: { type: 'string' } } };
const annotation = {
  type: 'object',
  properties: {
    id: { type: 'string' }, document: { type: 'string' }, group: { type: 'string' }, visibility: { type: 'string' }, author: user,
    kind: { type: 'string' }, body: { type: 'string', nullable: true }, body_html: { type: 'string', nullable: true }, tags: { type: 'array', items: { type: 'string' } },
    quote: { type: 'object', nullable: true, properties: { exact: { type: 'string' }, prefix: { type: 'string' }, suffix: { type: 'string' } } },
    selectors: { type: 'array', items: { type: 'object', additionalProperties: true } },
    anchor: { type: 'object', nullable: true, properties: { revision: { type: 'string' }, start: { type: 'integer' }, end: { type: 'integer' }, state: { type: 'string' }, score: { type: 'number' } } },
    parent: { type: 'string', nullable: true }, thread: { type: 'string' }, replies: { type: 'integer' }, status: { type: 'string' },
    reactions: { type: 'object', additionalProperties: { type: 'integer' } }, draft: { type: 'boolean' }, version: { type: 'integer' },
    created_at: { type: 'string' }, updated_at: { type: 'string' },
  },
};
const problem = { type: 'object', properties: { title: { type: 'string' } } };
const REACTIONS = ['', 'agree', 'disagree', 'question', 'thanks', 'want_answer'];

function shown(row) {
  return {
    id: row.id, document: row.document_id, group: row.group_id, visibility: row.open ? 'group' : 'private',
    author: { id: row.author_id, name: row.author_name, display_name: row.display_name },
    // rendered when it was written: here its length is all that counts
    kind: row.kind, body: row.body, body_html: row.body && `<p>${row.body}</p>\n`, tags: row.tags,
    quote: row.quote_exact === null ? null : { exact: row.quote_exact, prefix: row.quote_prefix, suffix: row.quote_suffix },
    selectors: row.selectors ?? [],
    anchor: row.revision_id && { revision: row.revision_id, start: row.start_chars, end: row.end_chars, state: row.state, score: row.score },
    parent: row.parent_id, thread: row.thread_id, replies: row.replies, status: row.status,
    reactions: Object.fromEntries(row.reactions.map((text) => text.split(' ')).map(([what, n]) => [REACTIONS[what], Number(n)])),
    draft: row.draft, version: row.version, created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString(),
  };
}

function serve() {
  const pool = new pg.Pool({ max: CONNECTIONS, options: '-c search_path=gloss -c jit=off -c random_page_cost=1.1' });
  const ask = async (name, values, client = pool) => (await client.query({ name, text: SQL[name], values })).rows;
  const app = Fastify({ logger: false, keepAliveTimeout: 75_000 });
  const tokens = new Map();
  const texts = new Map();

  const stop = (status, title) => Object.assign(new Error(title), { statusCode: status });
  app.setErrorHandler((error, _, reply) => reply.code(error.statusCode ?? 500).send({ title: error.message }));

  app.addHook('onRequest', async (request) => {
    const secret = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (!secret) throw stop(401, 'No token.');
    let known = tokens.get(secret);
    if (!known || known.until < Date.now()) {
      const [holder] = await ask('token', [createHash('sha256').update(secret).digest()]);
      if (!holder) throw stop(401, 'Nobody holds this token.');
      known = { holder, until: Date.now() + TOKEN_MS };
      tokens.set(secret, known);
    }
    request.user = known.holder;
  });

  async function textOf(document, revision) {
    let text = texts.get(revision);
    if (text === undefined) {
      [{ canonical: text }] = await ask('text', [document, revision]);
      if (texts.size >= TEXTS) texts.delete(texts.keys().next().value);
      texts.set(revision, text);
    }
    return text;
  }

  const id = { type: 'string', format: 'uuid' };
  app.get('/api/v1/annotations/:id', { schema: { response: { 200: annotation, '4xx': problem } } }, async (request) => {
    if (request.params.id.length !== 36) throw stop(404, 'There is no such annotation.');
    const [row] = await ask('one', [request.user.id, request.params.id]);
    if (!row) throw stop(404, 'There is no such annotation.');
    return shown(row);
  });

  app.get('/api/v1/annotations', {
    schema: {
      querystring: { type: 'object', required: ['document'], properties: { document: id, limit: { type: 'integer', minimum: 1, maximum: 200, default: 50 }, after: { type: 'string' } } },
      response: { 200: { type: 'object', properties: { data: { type: 'array', items: annotation }, next: { type: 'string', nullable: true } } }, '4xx': problem },
    },
  }, async (request) => {
    const { document, limit, after } = request.query;
    const values = [request.user.id, document, limit + 1];
    const rows = after ? await ask('pageAfter', [...values, ...after.split('_')]) : await ask('page', values);
    const last = rows[limit - 1];
    return { data: rows.slice(0, limit).map(shown), next: rows.length > limit ? `${last.created_at.toISOString()}_${last.id}` : null };
  });

  app.post('/api/v1/annotations', {
    schema: {
      headers: { type: 'object', required: ['idempotency-key'], properties: { 'idempotency-key': { type: 'string', maxLength: 255 } } },
      body: { type: 'object', required: ['document', 'quote', 'body'], additionalProperties: false,
        properties: { document: id, quote: { type: 'string' }, body: { type: 'string' }, tags: { type: 'array', items: { type: 'string' }, default: [] } } },
      response: { 201: annotation, '4xx': problem },
    },
  }, async (request, reply) => {
    const { document, quote, body, tags } = request.body;
    const writer = request.user.id;
    const [target] = await ask('target', [writer, document]);
    if (!target) throw stop(404, 'There is no such document.');
    const text = await textOf(document, target.current_revision_id);
    const start = text.indexOf(quote);
    if (start < 0 || text.indexOf(quote, start + 1) >= 0) throw stop(409, 'The quote is not there, or more than once.');
    const end = start + quote.length;
    const before = text.slice(Math.max(0, start - 32), start), behind = text.slice(end, end + 32);
    const selectors = JSON.stringify([{ type: 'TextQuoteSelector', exact: quote, prefix: before, suffix: behind }, { type: 'TextPositionSelector', start, end }]);
    const html = `<p>${body.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>\n`;
    const words = JSON.stringify({ kind: 'comment', body, body_html: html, tags, quote: { exact: quote, prefix: before, suffix: behind } });
    const made = randomUUID();
    const hash = createHash('sha256').update(JSON.stringify(request.body)).digest();
    const key = request.headers['idempotency-key'];
    const client = await pool.connect();
    let wanted = made;
    try {
      await client.query('BEGIN');
      const { rowCount } = await client.query({ name: 'key', text: SQL.key, values: [writer, key, hash, made, document] });
      if (rowCount === 0) {
        const [earlier] = await ask('keyed', [writer, key], client);
        if (!earlier.request_hash.equals(hash)) throw stop(422, 'This key was used for another request.');
        wanted = earlier.object_id;
      } else {
        await ask('insert', [document, made, target.group_id, writer, target.audience_id, target.current_revision_id, body, tags, quote, before, behind, selectors,
          `${words.slice(1, -1)},"selectors":${selectors}`], client);
        await ask('anchor', [document, made, target.current_revision_id, start, end], client);
        await ask('event', [document, target.group_id, target.audience_id, made, writer], client);
      }
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
    const [row] = await ask('one', [writer, wanted]);
    reply.code(201).header('Location', `/api/v1/annotations/${wanted}`);
    return shown(row);
  });

  app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
}

if (cluster.isPrimary) {
  for (let i = 0; i < WORKERS; i++) cluster.fork();
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => {
      for (const worker of Object.values(cluster.workers)) process.kill(worker.process.pid, 'SIGKILL');
      process.exit(0);
    });
  }
} else {
  process.on('disconnect', () => process.exit(0));
  serve();
}
