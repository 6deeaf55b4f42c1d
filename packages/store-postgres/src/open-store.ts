import { type Opening, type Store, StoreUnavailable } from "@drett/core";
import { Client, type ClientBase } from "pg";
import { askOn, Connections, clientConfig } from "./connections.ts";
import { mend } from "./feed.ts";
import { FeedWatch } from "./feed-watch.ts";
import { FLUSHES, PostgresStore } from "./postgres-store.ts";
import { appliedIn, migrate, missingOf } from "./schema.ts";
import { lostCommits, refuseUnfit, type ServerState, stateOf } from "./server-check.ts";
import { type PostgresSettings, SETTINGS } from "./settings.ts";
import { statementsIn } from "./statements.ts";
import { migrationTargetOf, type Target, targetOf } from "./target.ts";
import { unavailable } from "./trouble.ts";

/** What is not said has the default of its setting. */
export type PostgresOptions = Partial<PostgresSettings>;

/** One for each flush, and one for the sweep, which loads too. */
const COMMAND_CONNECTIONS = FLUSHES + 1;
/** However long the change of a large table takes, a network that stands still must not hold a start for ever. */
const MIGRATION_MS = 3_600_000;
const SILENT: Opening = { role: "server", warn: () => {} };

/** Opens the store and brings its schema up to date. Rejects with {@link StoreUnavailable}, saying what to do. */
export async function openStore(options: PostgresOptions = {}, opening: Opening = SILENT): Promise<Store> {
  const settings = withDefaults(options);
  const { schema, connections } = settings;
  refuseSchemaName(schema);
  const target = targetOf(settings);
  const migrationTarget = migrationTargetOf(target, settings);
  const commands = connect(target, settings, COMMAND_CONNECTIONS, { ...ORDINARY, ...BY_INDEX });
  const questions = connect(target, settings, connections - COMMAND_CONNECTIONS, ORDINARY);
  try {
    const ask = (text: string) => commands.read({ text });
    warnOfLostCommits(await stateOf(ask), opening);
    if (missingOf(await appliedIn(schema, ask)).length > 0) {
      if (opening.role === "guest") throw outdated(schema);
      await migrateAs(migrationTarget, settings, target.user);
    }
    await ask(mend(schema));
    if (opening.restored) await ask(`UPDATE ${schema}.meta SET epoch = left(gen_random_uuid()::text, 8)`);
    const [[epoch] = []] = await ask(`SELECT epoch FROM ${schema}.meta`);
    return new PostgresStore({
      schema,
      epoch: epoch as string,
      statements: statementsIn(schema),
      commands,
      questions,
      watch: opening.role === "server" ? watchFeed(questions, settings, opening) : undefined,
    });
  } catch (error) {
    await Promise.all([commands.close(), questions.close()]);
    throw unavailable(error);
  }
}

function withDefaults(options: PostgresOptions): PostgresSettings {
  const names = Object.keys(SETTINGS) as (keyof PostgresSettings)[];
  const defaultOf = (name: keyof PostgresSettings) => {
    const setting = SETTINGS[name];
    return "default" in setting ? setting.default : undefined;
  };
  return Object.fromEntries(
    names.map((name) => [name, options[name] ?? defaultOf(name)]),
  ) as unknown as PostgresSettings;
}

/** It becomes part of every statement. */
function refuseSchemaName(schema: string): void {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) return;
  throw new StoreUnavailable(
    `\`schema\` is ${JSON.stringify(schema)}`,
    "Use up to 63 lower-case letters, digits and _ for `schema`, beginning with a letter.",
  );
}

/** What the work of drett rests on, whatever the role or the database has been given. */
const ORDINARY = { default_transaction_isolation: "read committed", jit: "off" };
/** A plan that was made while a table was small stays good when it has grown. */
const BY_INDEX = {
  plan_cache_mode: "force_generic_plan",
  enable_seqscan: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
};

function connect(
  target: Target,
  settings: PostgresSettings,
  most: number,
  session: { readonly [name: string]: string },
): Connections {
  const { pooler, connect_timeout, statement_timeout } = settings;
  const statementMs = statement_timeout * 1_000;
  const sets = Object.entries({ ...session, statement_timeout: `${statementMs}` });
  const demands = { mayLoseCommits: settings.allow_lost_commits, setsIsolation: !pooler };
  return new Connections({
    target,
    most,
    connectMs: connect_timeout * 1_000,
    statementMs,
    prepares: !pooler,
    onConnect: async (client: ClientBase) => {
      refuseUnfit(await stateOf(askOn(client)), demands);
      if (!pooler) await client.query(sets.map(([name, value]) => `SET ${name} = '${value}'`).join("; "));
    },
  });
}

function warnOfLostCommits(state: ServerState, opening: Opening): void {
  const lost = lostCommits(state);
  if (lost.length > 0)
    opening.warn(`a crash may lose what was acknowledged: off in PostgreSQL: ${lost.join(", ")}`);
}

const outdated = (schema: string) =>
  new StoreUnavailable(
    `the schema ${schema} is not up to date`,
    "Start a server of this version first: it brings the schema up to date.",
  );

/** On a connection of its own, which is given back at once. */
async function migrateAs(target: Target, settings: PostgresSettings, user: string): Promise<void> {
  const config = clientConfig(target, settings.connect_timeout * 1_000);
  const client = new Client({ ...config, query_timeout: MIGRATION_MS });
  client.on("error", () => {});
  try {
    await client.connect();
    await migrate(client, settings.schema, user);
  } finally {
    await client.end();
  }
}

const watchFeed = (questions: Connections, { schema, feed_warning }: PostgresSettings, opening: Opening) =>
  new FeedWatch({
    schema,
    warnAfterMs: feed_warning * 1_000,
    ask: (text) => questions.read({ text }),
    warn: (message) => opening.warn(message),
  });
