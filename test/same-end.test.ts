import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { MemoryStore, type Store } from "@drett/core";
import * as fc from "fast-check";
import { allPages, readFeed, told } from "../packages/conformance/src/store/reading.ts";
import { engineHistory, replayOnEngines } from "../packages/conformance/src/store/replay/engine-history.ts";
import { Reference } from "../packages/conformance/src/store/replay/reference.ts";
import { openStore as openMongo } from "../packages/store-mongo/src/index.ts";
import { AnyServer } from "../packages/store-mongo/test/support/any-server.ts";
import { noServer } from "../packages/store-mongo/test/support/program.ts";
import { openStore as openPostgres } from "../packages/store-postgres/src/index.ts";
import { installations, NONE_INSTALLED } from "../packages/store-postgres/test/support/installations.ts";
import { PostgresServer } from "../packages/store-postgres/test/support/postgres-server.ts";
import { openStore as openSqlite } from "../packages/store-sqlite/src/index.ts";

const seed = Number(process.env.DRETT_REPLAY_SEED ?? Date.now() % 0x7fffffff);
const HISTORIES = 8;
const histories = fc.sample(engineHistory, { seed, numRuns: HISTORIES });
const [installation] = installations();

/** How to open one empty store after the other. */
type Opener = () => Promise<Store>;

const STORES: {
  readonly [name: string]: { readonly missing?: string | undefined; opener(t: TestContext): Promise<Opener> };
} = {
  memory: { opener: async () => async () => new MemoryStore() },
  sqlite: {
    async opener(t) {
      const folder = mkdtempSync(join(tmpdir(), "drett-same-end-"));
      t.after(() => rmSync(folder, { recursive: true }));
      let count = 0;
      return () => openSqlite({ directory: join(folder, String(count++)) });
    },
  },
  postgres: {
    missing: installation === undefined ? NONE_INSTALLED : undefined,
    async opener(t) {
      const server = await PostgresServer.start(installation as NonNullable<typeof installation>);
      t.after(() => server.dispose());
      let count = 0;
      return () => openPostgres({ ...server.options, schema: `end_${count++}` });
    },
  },
  mongo: {
    missing: noServer,
    async opener(t) {
      const server = await AnyServer.start();
      t.after(() => server[Symbol.asyncDispose]());
      return () => openMongo(server.fresh());
    },
  },
};

/** All that a store holds after a history, in an order that does not depend on the store. */
async function endOf(store: Store, history: (typeof histories)[number]) {
  try {
    await replayOnEngines({ reference: new Reference(), store }, history);
    const records = told((await allPages(store, { order: "newest", limit: 1_000 })).flat());
    const facts = records.reduce((sum, { body }) => sum + (JSON.parse(body) as unknown[]).length, 0);
    const { events } = await readFeed(store, { count: facts });
    const feed = events.map(({ kind, id, place, fact }) => `${kind} ${id} ${place} ${fact}`);
    return { records, feed: feed.sort() };
  } finally {
    await store.close();
  }
}

describe(`the same ${HISTORIES} random histories, DRETT_REPLAY_SEED=${seed}`, async () => {
  const ends = await Promise.all(histories.map((history) => endOf(new MemoryStore(), history)));

  test("come to something", () => assert.ok(ends.some(({ records }) => records.length > 3)));

  for (const [name, { missing, opener }] of Object.entries(STORES)) {
    test(`end on ${name} as on every other store`, { skip: missing }, async (t) => {
      const open = await opener(t);
      for (const [number, history] of histories.entries())
        assert.deepEqual(await endOf(await open(), history), ends[number], `history ${number}`);
    });
  }
});
