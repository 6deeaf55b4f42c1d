import assert from "node:assert/strict";
import { it } from "node:test";
import { CursorRefused, type Store } from "@drett/core";
import { openStore } from "../src/index.ts";
import { HeldTransaction } from "./support/by-hand.ts";
import { created, rewritten } from "./support/changes.ts";
import { onPostgres } from "./support/on-postgres.ts";

const idsOf = async (store: Store, after?: string) =>
  (await store.events(after, 1_000)).events.map(({ id }) => id);

/** An ANALYZE of its own accord would hold back the feed for a moment. */
const QUIET = { settings: { autovacuum: "off" } };

/** A small generator of random numbers (mulberry32), so that a run can be repeated. */
function randomFrom(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

onPostgres(
  "the feed of a PostgreSQL store",
  (server) => {
    let schemas = 0;
    const opened = async () => {
      const schema = `feed_${schemas++}`;
      return { schema, store: await openStore({ ...server().options, schema }) };
    };

    it("skips nothing that becomes visible late", async () => {
      const { schema, store } = await opened();
      await store.commit([created("first")]);
      const slow = await HeldTransaction.begin(server(), schema);
      await slow.write(created("slow"));
      await store.commit([created("quick")]);
      const { events, cursor } = await store.events(undefined, 100);
      assert.deepEqual(
        events.map(({ id }) => id),
        ["first"],
      );
      assert.deepEqual(await idsOf(store, cursor), []);
      await slow.end("COMMIT");
      assert.deepEqual(await idsOf(store, cursor), ["slow", "quick"]);
      assert.deepEqual(await idsOf(store), ["first", "slow", "quick"]);
      await store.close();
    });

    it("would skip it if it went by a sequence", async () => {
      await server().ask(
        "CREATE TABLE IF NOT EXISTS by_sequence (position bigserial, id text); TRUNCATE by_sequence",
      );
      const slow = await server().connect();
      await slow.query("BEGIN; INSERT INTO by_sequence (id) VALUES ('slow')");
      await server().ask("INSERT INTO by_sequence (id) VALUES ('quick')");
      const after = (position: string) =>
        server().ask(`SELECT position, id FROM by_sequence WHERE position > ${position}`);
      const [[position, id] = []] = await after("0");
      await slow.query("COMMIT");
      await slow.end();
      assert.equal(id, "quick");
      assert.deepEqual(await after(position as string), [], "the late one is behind the reader for ever");
    });

    it("goes on past a transaction that came to nothing", async () => {
      const { schema, store } = await opened();
      const undone = await HeldTransaction.begin(server(), schema);
      await undone.write(created("undone"));
      await store.commit([created("kept")]);
      assert.deepEqual(await idsOf(store), []);
      await undone.end("ROLLBACK");
      assert.deepEqual(await idsOf(store), ["kept"]);
      await store.close();
    });

    it("shows every event once to readers that resume from any cursor, whatever ends when", async () => {
      const seed = Date.now() % 1_000_000;
      const random = randomFrom(seed);
      const { schema, store } = await opened();
      const open: HeldTransaction[] = [];
      const cursors: string[] = [];
      const seenFrom = new Map<string | undefined, string[]>([[undefined, []]]);
      const committed = new Set<string>();
      const writes = new Map<HeldTransaction, string>();
      for (let step = 0; step < 120; step++) {
        const id = `r${step}`;
        switch (random(4)) {
          case 0: {
            if (open.length > 5) break;
            const transaction = await HeldTransaction.begin(server(), schema);
            await transaction.write(created(id));
            writes.set(transaction, id);
            open.push(transaction);
            break;
          }
          case 1: {
            const [transaction] = open.splice(random(Math.max(1, open.length)), 1);
            const how = random(4) === 0 ? "ROLLBACK" : "COMMIT";
            await transaction?.end(how);
            if (transaction && how === "COMMIT") committed.add(writes.get(transaction) as string);
            break;
          }
          case 2:
            await store.commit([created(id)]);
            committed.add(id);
            break;
          default: {
            const after = cursors.at(-1);
            const page = await store.events(after, 1 + random(4));
            const seen = [...(seenFrom.get(after) ?? []), ...page.events.map((event) => event.id)];
            cursors.push(page.cursor);
            seenFrom.set(page.cursor, seen);
          }
        }
      }
      for (const transaction of open) {
        await transaction.end("COMMIT");
        committed.add(writes.get(transaction) as string);
      }
      const all = await idsOf(store);
      assert.deepEqual([...all].sort(), [...committed].sort(), `seed ${seed}`);
      for (const [cursor, seen] of seenFrom) {
        assert.deepEqual([...seen, ...(await idsOf(store, cursor))], all, `seed ${seed}, cursor ${cursor}`);
      }
      await store.close();
    });

    it("keeps the order of a record, for nobody writes on what is not there yet", async () => {
      const { schema, store } = await opened();
      const [first, second] = [created("a"), rewritten(created("a"))];
      await store.commit([first]);
      const holder = await HeldTransaction.begin(server(), schema);
      await holder.write(second);
      // Waiting for the holder and then writing would put the third fact before the second one.
      assert.deepEqual(await store.commit([rewritten(second)]), ["conflict"]);
      await holder.end("COMMIT");
      assert.deepEqual(await store.commit([rewritten(second)]), ["applied"]);
      const { events } = await store.events(undefined, 10);
      assert.deepEqual(
        events.map(({ place }) => place),
        [0, 1, 2],
      );
      await store.close();
    });

    it("refuses a cursor whose event is there no more, as after the restore of a backup", async () => {
      const { schema, store } = await opened();
      for (const id of ["a", "b", "c"]) await store.commit([created(id)]);
      const { events } = await store.events(undefined, 10);
      await server().ask(
        `DELETE FROM ${schema}.event WHERE record = (SELECT number FROM ${schema}.record WHERE id = 'c')`,
      );
      await store.commit([created("d")]);
      const isRefused = (error: unknown) => error instanceof CursorRefused && error.reason === "invalid";
      await assert.rejects(store.events(events[2]?.cursor, 10), isRefused);
      assert.deepEqual(await idsOf(store, events[1]?.cursor), ["d"]);
      await store.close();
    });

    it("goes on in a database that counts its transactions anew, as after the restore of a dump", async () => {
      const { schema, store } = await opened();
      for (const id of ["a", "b"]) await store.commit([created(id)]);
      await store.close();
      await server().ask(`UPDATE ${schema}.event SET transaction = transaction + 1000000000`);
      for (const later of ["c", "d"]) {
        const again = await openStore({ ...server().options, schema });
        await again.commit([created(later)]);
        await again.close();
      }
      const again = await openStore({ ...server().options, schema });
      const { events } = await again.events(undefined, 10);
      assert.deepEqual(
        events.map(({ id }) => id),
        ["a", "b", "c", "d"],
      );
      assert.deepEqual(await idsOf(again, events[1]?.cursor), ["c", "d"]);
      await again.close();
    });
  },
  QUIET,
);
