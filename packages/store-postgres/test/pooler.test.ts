import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { testStore } from "@drett/conformance";
import { resourceKey } from "@drett/core";
import { openStore } from "../src/index.ts";
import { onPostgres } from "./support/on-postgres.ts";
import { NO_PGBOUNCER, PgBouncer } from "./support/pgbouncer.ts";
import { refusal } from "./support/refusal.ts";

onPostgres("a PostgreSQL store behind PgBouncer", (server) => {
  describe("with pooler: true", { skip: NO_PGBOUNCER }, () => {
    let pooler: PgBouncer;
    before(async () => {
      pooler = await PgBouncer.start(server());
    });
    after(() => pooler?.stop());

    let schemas = 0;
    testStore(
      "postgres behind a pooler",
      async () => {
        const schema = `fresh_${schemas++}`;
        const options = { ...pooler.options, schema, pooler: true };
        const open = (restored = false) => openStore(options, { role: "server", warn() {}, restored });
        const dispose = async () => void (await server().ask(`DROP SCHEMA ${schema} CASCADE`));
        return { store: await open(), reopen: open, dispose };
      },
      { scale: 0.2 },
    );

    it("is asked for where statements get lost without it", async () => {
      const options = { ...pooler.options, schema: "unpooled" };
      const store = await openStore(options);
      const other = await openStore(options);
      // Many at once: their statements reach whichever server process is free.
      const calls = [store, other].flatMap((it) =>
        Array.from({ length: 20 }, () => it.load([resourceKey("a")])),
      );
      const [failed] = (await Promise.allSettled(calls)).filter(({ status }) => status === "rejected");
      assert.ok(failed?.status === "rejected");
      refusal(/prepared statement/, /pooler: true/)(failed.reason);
      await Promise.all([store.close(), other.close()]);
    });
  });
});
