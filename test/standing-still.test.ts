import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Drett } from "@drett/client";
import { directoryWith } from "../packages/server/test/config/configured.ts";
import { ChildServer, temporaryDirectory } from "../packages/server/test/support/child-server.ts";
import { Mongod } from "../packages/store-mongo/test/support/mongod.ts";
import { noProgram } from "../packages/store-mongo/test/support/program.ts";
import { installations, NONE_INSTALLED } from "../packages/store-postgres/test/support/installations.ts";
import { PostgresServer } from "../packages/store-postgres/test/support/postgres-server.ts";

/** The least that there is: whoever stands still for longer is not heard for a whole TTL. */
const TTL_SECONDS = 5;
const NEVER_MS = 90_000;
const [installation] = installations();

/** How all processes of PostgreSQL are found. */
const CHILDREN = `/proc/${process.pid}/task/${process.pid}/children`;
const NO_CHILDREN = `there is no ${CHILDREN}: run it on Linux`;

/** A running server, and what of it is to stand still. */
interface Scene {
  readonly server: ChildServer;
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
}

const SCENES: {
  readonly [what: string]: { missing?: string | undefined; set(t: TestContext): Promise<Scene> };
} = {
  "the server itself": {
    async set(t) {
      const server = await ChildServer.start(t, { directory: temporaryDirectory(t) });
      return { server, signal: (signal) => process.kill(server.pid, signal) };
    },
  },
  MongoDB: {
    missing: noProgram,
    async set(t) {
      const mongod = await Mongod.start();
      t.after(() => mongod[Symbol.asyncDispose]());
      const directory = directoryWith(t, {
        "config.yaml": "store: {use: mongo, config: mongo.yaml}\n",
        "mongo.yaml": `{host: 127.0.0.1, port: ${mongod.port}, connect_timeout: 1s, timeout: 2s}\n`,
      });
      const server = await ChildServer.start(t, { directory });
      return { server, signal: (signal) => mongod.signal(signal) };
    },
  },
  PostgreSQL: {
    missing: installation === undefined ? NONE_INSTALLED : existsSync(CHILDREN) ? undefined : NO_CHILDREN,
    async set(t) {
      const postgres = await PostgresServer.start(installation as NonNullable<typeof installation>);
      t.after(() => postgres.dispose());
      const where = `host: ${postgres.folder}, port: ${postgres.port}, user: postgres, database: postgres`;
      const directory = directoryWith(t, {
        "config.yaml": "store: {use: postgres, config: postgres.yaml}\n",
        "postgres.yaml": `{${where}, connect_timeout: 1s, statement_timeout: 2s}\n`,
      });
      const server = await ChildServer.start(t, { directory });
      return { server, signal: (signal) => postgres.signal(signal) };
    },
  },
};

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const started = performance.now();
  while (!(await isSo())) {
    assert.ok(performance.now() - started < NEVER_MS, `it never came to this: ${what}`);
    await pause(100);
  }
}

interface SessionSeen {
  readonly state: string;
  readonly facts: readonly { readonly kind: string }[];
}

/** Nothing while the server does not answer, or has no store. */
async function sessionOn(server: ChildServer, id: string): Promise<SessionSeen | undefined> {
  const { status, text } = await server.send("GET", `/v1/sessions/${id}`);
  return status === 200 ? (JSON.parse(text) as SessionSeen) : undefined;
}

describe("nobody who is alive lapses", { concurrency: true }, () => {
  for (const [what, { missing, set }] of Object.entries(SCENES)) {
    test(`while ${what} stands still for longer than a TTL, and who is dead lapses afterwards`, {
      skip: missing ?? false,
      timeout: 3 * NEVER_MS,
    }, async (t) => {
      const { server, signal } = await set(t);
      const news: string[] = [];
      const drett = new Drett({
        url: server.url,
        application: "probe",
        module: "nova",
        session: `${TTL_SECONDS}s`,
        onSession: ({ kind }) => news.push(kind),
      });
      t.after(() => drett.close());
      await drett.intend({ type: "vm", owner: "lpds" });
      const alive = drett.session as string;
      await until(async () => (await sessionOn(server, alive)) !== undefined, "the session is open");
      const dead = { id: "dead", application: "probe", module: "nova", ttlSeconds: TTL_SECONDS };
      assert.equal((await server.send("POST", "/v1/sessions", dead)).status, 201);

      signal("SIGSTOP");
      // The engine tells it: for a whole TTL nobody has confirmed that it was heard.
      await until(() => news.includes("lapsed"), "the engine is not heard").finally(() => signal("SIGCONT"));
      await until(() => news.includes("recovered"), "the engine is heard again");
      await until(async () => (await sessionOn(server, "dead"))?.state === "lapsed", "the dead one lapses");

      const seen = await sessionOn(server, alive);
      assert.deepEqual(
        seen?.facts.map(({ kind }) => kind),
        ["opened"],
      );
    });
  }
});
