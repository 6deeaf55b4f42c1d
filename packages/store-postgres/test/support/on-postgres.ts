import { after, before, describe } from "node:test";
import { installations, NONE_INSTALLED } from "./installations.ts";
import { PostgresServer, type ServerOptions } from "./postgres-server.ts";

/** The tests, once on each PostgreSQL that is installed; `server` gives it while they run. */
export function onPostgres(
  name: string,
  tests: (server: () => PostgresServer) => void,
  options: ServerOptions = {},
): void {
  const found = installations();
  if (found.length === 0) describe(name, { skip: NONE_INSTALLED });
  for (const installation of found) {
    describe(`${name} on ${installation.name}`, () => {
      let running: PostgresServer | undefined;
      before(async () => {
        running = await PostgresServer.start(installation, options);
      });
      after(() => running?.dispose());
      tests(() => running as PostgresServer);
    });
  }
}
