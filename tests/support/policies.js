// The rule once more, as row-level security of PostgreSQL: for each table with rows of a group or a user, who
// may read a row, asked of the passes and of `app.user_id`. The server does not run with it: it is the judge
// of its statements. A table that is not here has no rows of that kind, and says why.
import { NIL } from './sql_world.js';

const me = "(SELECT nullif(current_setting('app.user_id', true), '')::uuid)";
const reads = `(SELECT array_agg(u) FROM pass p, unnest(p.reads) u WHERE p.user_id = ${me}
  OR (${me} <> '${NIL}' AND p.user_id = 'ffffffff-ffff-ffff-ffff-ffffffffffff'))::int[]`;
const inPass = (group, classes = '0') => `EXISTS (SELECT FROM audience x WHERE x.group_id = ${group} AND x.class IN (${classes}) AND x.id = ANY (${reads}))`;
const ofDocument = (document) => `EXISTS (SELECT FROM document d WHERE d.id = ${document})`;
const ofAnnotation = (table) => `EXISTS (SELECT FROM annotation a WHERE a.document_id = ${table}.document_id AND a.id = ${table}.annotation_id)`;
const own = (column) => `${column} = ${me} AND ${column} <> '${NIL}'`;

export const policies = {
  annotation: `CASE WHEN author_id = ${me} THEN true WHEN audience_id = ANY (${reads}) THEN true
    WHEN also IS NULL THEN false ELSE also && ${reads} END`,
  showing: `audience_id = ANY (${reads})`,
  reaction: `CASE WHEN user_id = ${me} THEN true ELSE audience_id = ANY (${reads}) END`,
  shelf: `CASE WHEN ${own('holder_id')} THEN true ELSE audience_id = ANY (${reads}) END`,
  event: `CASE WHEN ${own('holder_id')} THEN true ELSE audience_id = ANY (${reads}) END`,
  annotation_past: ofAnnotation('annotation_past'),
  anchor: ofAnnotation('anchor'),
  suggestion: ofAnnotation('suggestion'),
  flag: `${own('user_id')} OR ${inPass('group_id', '1')}`,
  moderation_entry: inPass('group_id', '1'),
  join_request: `${own('user_id')} OR ${inPass('group_id', '1')}`,
  mute: own('user_id'),
  reveal: own('user_id'),
  token: own('user_id'),
  session: own('user_id'),
  idempotency_key: own('user_id'),
};

// Those that statements read as means, to find out who may: their rows reach a reader through statements
// that ask for a role or for oneself, which the matrix and the words of others (tests/http/matrix.test.js)
// prove. What a policy would say of a row stands here.
export const means = {
  groups: inPass('id'),
  member: inPass('group_id'),
  mask: inPass('group_id'),
  invitation: `its leaders; and who has its code`,
  reading: inPass('group_id'),
  document: `audience_id = ANY (${reads}), or a listing's, or its owner`,
  document_address: ofDocument('document_id'),
  document_writer: ofDocument('document_id'),
  listing: `audience_id = ANY (${reads})`,
  text_order: inPass('group_id'),
  revision: ofDocument('document_id'),
  revision_text: ofDocument('document_id'),
  users: 'names of those whom one reads with; the rest is one\'s own',
  pass: own('user_id'),
  job: 'work that the server does for somebody, named by its owner alone',
  audience: 'numbers: a number tells nothing of what lies there',
};

// Nothing of a group's or a user's.
export const nobodys = {
  server: 'one row of settings and counters', setup: 'hashes of the links of an installation',
  fold: 'how far the log has been folded', migration: 'what the schema is made of',
};

export async function installPolicies(judge) {
  await judge.run("DO $$ BEGIN CREATE ROLE gloss_judge LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$");
  await judge.run('SET search_path = gloss');
  await judge.run('GRANT USAGE ON SCHEMA gloss TO gloss_judge');
  await judge.run('GRANT SELECT ON ALL TABLES IN SCHEMA gloss TO gloss_judge');
  await judge.run('GRANT EXECUTE ON FUNCTION mask_told, aside_told, muted_on, suggestion_told, named_through, own_replies_told, own_reactions_told TO gloss_judge');
  for (const [table, rule] of Object.entries(policies)) {
    await judge.run(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
    await judge.run(`CREATE POLICY server ON ${table} TO gloss USING (true) WITH CHECK (true)`);
    await judge.run(`CREATE POLICY rule ON ${table} FOR SELECT TO gloss_judge USING (${rule})`);
  }
}
