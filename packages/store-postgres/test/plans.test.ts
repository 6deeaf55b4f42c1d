import assert from "node:assert/strict";
import { before, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { type Query, resourceKey, type Store, tagKey } from "@drett/core";
import { openStore } from "../src/index.ts";
import { created, rewritten } from "./support/changes.ts";
import { onPostgres } from "./support/on-postgres.ts";

/** So many rows there are; what is asked for is a small part of them. */
const RECORDS = Number(process.env.DRETT_TEST_POSTGRES_RECORDS ?? 100_000);
/** So many rows a statement may touch: those that it answers with, and a few more. */
const TOUCHED = 2_000;
const PAGE = 100;

/** Past the store: most are over and done with, a few are not. */
const fill = (schema: string) => `
INSERT INTO ${schema}.record (id, kind, version, facts, state, finding, since, due, application, module, owner, type, allocation, tags, body)
SELECT CASE WHEN n % 1000 = 999 THEN 'a' ELSE 'r' END || n, (n % 1000 = 999)::integer, 1, 1,
  CASE WHEN n % 1000 = 1 THEN 'unknown' ELSE 'freed' END,
  CASE WHEN n % 1000 = 1 THEN 20 END, CASE WHEN n % 1000 = 1 THEN n END, CASE WHEN n % 100 = 1 THEN n END,
  CASE WHEN n % 10000 = 5 THEN 'rare' ELSE 'app-' || n % 20 END, 'm', 'owner', 'vm',
  CASE WHEN n % 10 = 0 THEN 'group-' || n / 1000 END, ARRAY[md5('tag' || n)::uuid], '[{"kind":"unknown","reason":"0"}]'
FROM generate_series(1, ${RECORDS}) AS n;
INSERT INTO ${schema}.tag SELECT tag, number FROM ${schema}.record, unnest(tags) AS tag ON CONFLICT DO NOTHING;
INSERT INTO ${schema}.event SELECT 1 + number / 10, number, 0 FROM ${schema}.record`;

const newest = (query: Partial<Query>): Query => ({ order: "newest", limit: PAGE, ...query });

const QUERIES: { readonly [what: string]: Query } = {
  "what is due": newest({ kind: "resource", order: "due", dueBy: RECORDS }),
  "which allocations are due": newest({ kind: "allocation", order: "due", dueBy: RECORDS }),
  "what is due first": newest({ order: "due", limit: 1 }),
  findings: newest({ order: "finding" }),
  "findings of an application": newest({ order: "finding", where: { application: "app-1" } }),
  "findings of one kind": newest({ where: { finding: 20 } }),
  "members of an allocation": newest({ kind: "resource", where: { allocation: "group-7" } }),
  "a rare state": newest({ kind: "resource", where: { state: "unknown" } }),
  "a common state": newest({ kind: "resource", where: { state: "freed" } }),
  "a rare application": newest({ where: { application: "rare" } }),
  "a common application": newest({ where: { application: "app-7" } }),
  "a state of an application": newest({ where: { application: "app-1", state: "unknown" } }),
  "a tag": newest({ tags: ["no such tag"] }),
  "the newest": newest({}),
  "the oldest": newest({ order: "oldest" }),
  "the newest allocations": newest({ kind: "allocation" }),
};

onPostgres(
  "a PostgreSQL store with many records touches only what it answers with",
  (server) => {
    const schema = "planned";
    const open = () => openStore({ ...server().options, schema });

    /** The server counts rows when a connection ends, which is a moment after it was closed. */
    async function countOf(what: string, schema: string, stayingOpen = ""): Promise<number> {
      const others = `backend_type = 'client backend' AND pid <> pg_backend_pid() AND application_name <> '${stayingOpen}'`;
      const open = () => server().ask(`SELECT count(*) FROM pg_stat_activity WHERE ${others}`);
      while ((await open())[0]?.[0] !== "0") await wait(10);
      const [[rows] = []] = await server().ask(
        `SELECT sum(${what}) FROM pg_stat_user_tables WHERE schemaname = '${schema}' AND relname IN ('record', 'tag', 'event')`,
      );
      return Number(rows);
    }

    const touched = () => countOf("seq_tup_read + coalesce(idx_tup_fetch, 0)", schema);

    async function assertFew(does: (store: Store) => Promise<unknown>): Promise<void> {
      const earlier = await touched();
      const store = await open();
      await does(store);
      await store.close();
      const rows = (await touched()) - earlier;
      assert.ok(rows <= TOUCHED, `it touched ${rows} rows`);
    }

    before(async () => {
      await (await open()).close();
      await server().ask(fill(schema));
      await server().ask(`VACUUM ANALYZE ${schema}.record, ${schema}.tag, ${schema}.event`);
    });

    for (const [what, query] of Object.entries(QUERIES)) {
      it(`to a query for ${what}, and its next page`, () =>
        assertFew(async (store) => {
          const { next } = await store.query(query);
          if (next !== undefined) await store.query({ ...query, cursor: next });
        }));
    }

    const ids = Array.from({ length: PAGE }, (_, number) => `r${2 + number * 10}`);

    it("to a load, by ids and by tags", () =>
      assertFew(async (store) => {
        const records = await store.load([...ids, ...ids.map((id) => `no-${id}`)].map(resourceKey));
        assert.equal(records.length, PAGE);
        await store.load(ids.map((id) => tagKey(id)));
      }));

    it("to a commit, of new records and of old ones", () =>
      assertFew(async (store) => {
        const news = ids.map((id) => created(`new-${id}`, { tags: [id], due: 1, finding: 20, since: 1 }));
        const olds = ids.map((id) => rewritten(created(id), { tags: [`${id}!`] }));
        const outcomes = await store.commit([...news, ...olds]);
        assert.deepEqual(new Set(outcomes), new Set(["applied"]));
        await store.commit([]);
      }));

    it("to the feed, from the beginning, from within and at the end", () =>
      assertFew(async (store) => {
        const { cursor } = await store.events(undefined, PAGE);
        await store.events(cursor, PAGE);
        const [epoch] = cursor.split("-");
        const [[last] = []] = await server().ask(`SELECT max(transaction) FROM ${schema}.event`);
        const [[record] = []] = await server().ask(
          `SELECT max(record) FROM ${schema}.event WHERE transaction = ${last}`,
        );
        await store.events([epoch, last, record, 0].join("-"), PAGE);
      }));

    it("also where it was opened while there were none", async () => {
      const options = { ...server().options, schema: "grown" };
      const store = await openStore(options);
      const work = async (round: string) => {
        for (const id of ids) {
          const change = created(`${round}-${id}`, { tags: [id] });
          assert.deepEqual(await store.commit([change]), ["applied"]);
          assert.deepEqual(await store.commit([rewritten(change, { tags: ["other"] })]), ["applied"]);
          await store.load([resourceKey(`${round}-${id}`), tagKey(id)]);
        }
      };
      await work("early");
      await server().ask(fill("grown"));
      const earlier = await countOf("seq_tup_read", "grown", "drett");
      await work("late");
      await store.close();
      const rows = (await countOf("seq_tup_read", "grown")) - earlier;
      // What was read while there were few may be counted late; a single scan of what there is now is more than all of it.
      assert.ok(rows < RECORDS, `${rows} rows were read one after the other`);
    });
  },
  { settings: { autovacuum: "off" } },
);
