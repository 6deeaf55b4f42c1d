import { join } from "node:path";
import { installations, NONE_INSTALLED } from "../../packages/store-postgres/test/support/installations.ts";
import { PostgresServer } from "../../packages/store-postgres/test/support/postgres-server.ts";
import { type Database, TIMEOUTS } from "./database.ts";

const [installation] = installations();

/** Why it cannot run here, if it cannot. */
export const noPostgres: string | undefined = installation === undefined ? NONE_INSTALLED : undefined;

export async function startPostgres(): Promise<Database> {
  if (installation === undefined) throw new Error(NONE_INSTALLED);
  const server = await PostgresServer.start(installation);
  return {
    name: installation.name,
    address: { path: join(server.folder, `.s.PGSQL.${server.port}`) },
    // The name of the prepared statement.
    inCommits: "commit\0",
    fresh: () => server.freshDatabase(),
    configuration: (port, name) => ({
      "config.yaml": "store: {use: postgres, config: postgres.yaml}\n",
      "postgres.yaml": [
        `{host: 127.0.0.1, port: ${port}, database: ${name}, user: postgres,`,
        ` connect_timeout: ${TIMEOUTS.connect}, statement_timeout: ${TIMEOUTS.statement}}\n`,
      ].join("\n"),
    }),
    halt: () => server.halt("immediate"),
    resume: () => server.resume(),
    async endConnections() {
      await server.ask(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'drett'",
      );
    },
    [Symbol.asyncDispose]: () => server.dispose(),
  };
}
