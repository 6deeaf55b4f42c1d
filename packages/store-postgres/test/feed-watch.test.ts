import assert from "node:assert/strict";
import { it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { resourceKey, type Store } from "@drett/core";
import { openStore } from "../src/index.ts";
import { created } from "./support/changes.ts";
import { onPostgres } from "./support/on-postgres.ts";

/** Collects what the store warns of. */
class Warnings {
  readonly heard: string[] = [];
  readonly warn = (message: string) => void this.heard.push(message);

  async untilHeard(pattern: RegExp): Promise<void> {
    for (let tries = 0; !this.heard.some((message) => pattern.test(message)); tries++) {
      assert.ok(tries < 600, `${pattern} is not among ${JSON.stringify(this.heard)}`);
      await wait(25);
    }
  }
}

onPostgres(
  "a stranger's open transaction",
  (server) => {
    let schemas = 0;
    const opened = async (role: "server" | "guest" = "server") => {
      const warnings = new Warnings();
      const options = { ...server().options, schema: `watched_${schemas++}`, feed_warning: 1 };
      if (role === "guest") await (await openStore(options)).close();
      return { warnings, store: await openStore(options, { role, warn: warnings.warn }) };
    };
    const eventsIn = async (store: Store) => (await store.events(undefined, 100)).events.length;

    it("in whichever database holds back the feed and nothing else, with a warning that names it", async () => {
      const database = await server().freshDatabase();
      const { warnings, store } = await opened();
      const stranger = await server().connect({ database });
      await stranger.query("SET application_name = 'payroll'");
      await stranger.query("BEGIN; CREATE TABLE held (x text)");
      const [{ pid } = { pid: "" }] = (
        await stranger.query<{ pid: string }>("SELECT pg_backend_pid() AS pid")
      ).rows;

      assert.deepEqual(await store.commit([created("a")]), ["applied"]);
      assert.equal((await store.load([resourceKey("a")])).length, 1);
      assert.equal((await store.query({ order: "newest", limit: 9 })).records.length, 1);
      assert.equal(await eventsIn(store), 0);
      await warnings.untilHeard(
        new RegExp(`held back since .* process ${pid} \\(payroll, database ${database}\\)`),
      );

      await stranger.query("COMMIT");
      await stranger.end();
      assert.equal(await eventsIn(store), 1);
      await warnings.untilHeard(/goes on/);
      assert.equal(warnings.heard.length, 2);
      await store.close();
    });

    it("that was prepared and forgotten is named too", async () => {
      const { warnings, store } = await opened();
      await server().ask("BEGIN; CREATE TABLE prepared (x text); PREPARE TRANSACTION 'forgotten'");
      await store.commit([created("a")]);
      await warnings.untilHeard(/the prepared transaction 'forgotten'/);
      await server().ask("ROLLBACK PREPARED 'forgotten'");
      await warnings.untilHeard(/goes on/);
      await store.close();
    });

    it("that only reads holds back nothing", async () => {
      const { store } = await opened();
      const reader = await server().connect();
      await reader.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class");
      await store.commit([created("a")]);
      assert.equal(await eventsIn(store), 1);
      await reader.end();
      await store.close();
    });
  },
  { settings: { max_prepared_transactions: "5", autovacuum: "off" } },
);
