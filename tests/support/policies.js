// The rule once more, as row-level security of PostgreSQL: for each table with rows of a group or a user, who
// may read a row, asked of the passes and of `app.user_id`. The server does not run with it: it is the judge
// of its statements. A table that is not here has no rows of that kind, and says why.
import { NIL } from './sql_world.js';

const ANYBODY = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const me = "(SELECT nullif(current_setting('app.user_id', true), '')::uuid)";
const reads = `(SELECT array_agg(u) FROM pass p, unnest(p.reads) u WHERE p.user_id = ${me}
  OR (${me} <> '${NIL}' AND p.user_id = '${ANYBODY}'))::int[]`;
// A code that one was given; who has it may learn what it leads to.
const code = "(SELECT nullif(current_setting('app.code', true), ''))";
// group: with its table's name, or it would be the audience's own.
const inPass = (group, classes = '0') => `EXISTS (SELECT FROM audience seen WHERE seen.group_id = ${group} AND seen.class IN (${classes}) AND seen.id = ANY (${reads}))`;
const isMember = (group) => `judge_role(${group}) IS NOT NULL`;
const ofAnnotation = (table) => `EXISTS (SELECT FROM annotation a WHERE a.document_id = ${table}.document_id AND a.id = ${table}.annotation_id)`;
const own = (column) => `${column} = ${me} AND ${column} <> '${NIL}'`;
// A text that one reads, not one that one knows of by old words of one's own.
const ofText = (table) => `EXISTS (SELECT FROM document d WHERE d.id = ${table}.document_id AND (d.kind = 'page' OR ${readsText('d')}))`;
const readsText = (d) => `(${d}.owner_id = ${me} OR ${d}.audience_id = ANY (${reads})
  OR EXISTS (SELECT FROM listing l WHERE l.document_id = ${d}.id AND l.audience_id = ANY (${reads})))`;

export const policies = {
  annotation: `CASE WHEN author_id = ${me} THEN true WHEN audience_id = ANY (${reads}) THEN true
    WHEN also IS NULL THEN false ELSE also && ${reads} END`,
  showing: `audience_id = ANY (${reads})`,
  reaction: `CASE WHEN user_id = ${me} THEN true ELSE audience_id = ANY (${reads}) END`,
  shelf: `CASE WHEN ${own('holder_id')} THEN true ELSE audience_id = ANY (${reads}) END`,
  event: `CASE WHEN ${own('holder_id')} THEN true ELSE audience_id = ANY (${reads}) END`,
  annotation_past: `${ofAnnotation('annotation_past')} AND (NOT held OR EXISTS (SELECT FROM annotation a
    WHERE a.document_id = annotation_past.document_id AND a.id = annotation_past.annotation_id AND a.author_id = ${me}))`,
  anchor: ofAnnotation('anchor'),
  suggestion: ofAnnotation('suggestion'),
  flag: `${own('user_id')} OR ${inPass('flag.group_id', '1')}`,
  moderation_entry: inPass('moderation_entry.group_id', '1'),
  join_request: `${own('user_id')} OR ${inPass('join_request.group_id', '1')}`,
  mute: own('user_id'),
  // which members have opened what is for their leaders
  reveal: `${own('user_id')} OR EXISTS (SELECT FROM audience x WHERE x.id = audience_id AND ${inPass('x.group_id', '1')})`,
  token: own('user_id'),
  session: own('user_id'),
  idempotency_key: own('user_id'),
  job: own('user_id'),
  pass: `${own('user_id')} OR user_id IN ('${NIL}', '${ANYBODY}')`,

  groups: `${inPass('groups.id')} OR ${isMember('groups.id')} OR EXISTS (SELECT FROM invitation i WHERE i.group_id = groups.id AND i.code = ${code})
    OR current_setting('app.words', true) = 'on' AND EXISTS (SELECT FROM annotation a WHERE a.group_id = groups.id)`,
  member: `${own('user_id')} OR ${isMember('member.group_id')}`,
  // a mask is known to all who read in its group, and where its words are; whose it is, the statements tell
  mask: `${own('user_id')} OR ${inPass('mask.group_id')} OR EXISTS (SELECT FROM annotation a WHERE a.mask_id = mask.id)`,
  invitation: `code = ${code} OR CASE judge_role(group_id) WHEN 'owner' THEN true WHEN 'admin' THEN role IN ('member', 'moderator') ELSE false END`,
  reading: inPass('reading.group_id'),
  // of a text or a group that one no longer reads one may still have words: then (app.words) statements about
  // those know it; of a page elsewhere one knows nothing but what is written about it
  document: `${readsText('document')} OR (kind = 'page' OR current_setting('app.words', true) = 'on') AND EXISTS (SELECT FROM annotation a WHERE a.document_id = document.id)`,
  document_address: ofText('document_address'),
  document_writer: `${ofText('document_writer')} AND (${inPass('document_writer.group_id')}
    OR EXISTS (SELECT FROM document d WHERE d.id = document_id AND d.owner_id = ${me}))`,
  listing: `audience_id = ANY (${reads}) OR judge_owns(document_id)`,
  text_order: inPass('text_order.group_id'),
  revision: ofText('revision'),
  revision_text: ofText('revision_text'),
  // All users are in Everyone, and know each other's names: what is a secret is who wears a mask. Who has
  // not signed in reads the names that stand beside what they read.
  users: `${me} <> '${NIL}' OR EXISTS (SELECT FROM annotation a WHERE a.author_id = users.id)
    OR EXISTS (SELECT FROM document d WHERE d.owner_id = users.id) OR EXISTS (SELECT FROM invitation i WHERE i.author_id = users.id)`,
};

// Those that a policy would say nothing about.
export const means = {
  audience: 'numbers: a number tells nothing of what lies there, and the policies themselves ask for them',
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
  await judge.run('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA gloss TO gloss_judge');
  // what a policy of a table has to ask of that table, or of one whose policy asks of it
  await judge.run(`CREATE FUNCTION judge_role(of uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = gloss
    AS $$ SELECT m.role FROM member m WHERE m.group_id = of AND m.user_id = ${me} $$`);
  await judge.run(`CREATE FUNCTION judge_owns(about uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = gloss
    AS $$ SELECT EXISTS (SELECT FROM document d WHERE d.id = about AND d.owner_id = ${me}) $$`);
  for (const [table, rule] of Object.entries(policies)) {
    await judge.run(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
    await judge.run(`CREATE POLICY server ON ${table} TO gloss USING (true) WITH CHECK (true)`);
    await judge.run(`CREATE POLICY rule ON ${table} FOR SELECT TO gloss_judge USING (${rule})`);
  }
}
