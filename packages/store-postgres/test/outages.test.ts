import assert from "node:assert/strict";
import { it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { TcpProxy } from "@drett/conformance";
import { resourceKey } from "@drett/core";
import { openStore, type PostgresOptions } from "../src/index.ts";
import { created, rewritten } from "./support/changes.ts";
import { Load } from "./support/load.ts";
import { onPostgres } from "./support/on-postgres.ts";
import { refusal } from "./support/refusal.ts";

/** What a message holds that carries out the statement of this name. */
const OF_COMMIT = "commit\0";
const OF_LOAD = "load\0";

onPostgres("a PostgreSQL store under load", (server) => {
  let schemas = 0;
  const opened = async (options: PostgresOptions = {}) => {
    const place = { ...server().options, schema: `outage_${schemas++}`, ...options };
    return { place, store: await openStore(place) };
  };
  const behindProxy = async (options: PostgresOptions = {}) => {
    const proxy = await TcpProxy.start({ path: `${server().folder}/.s.PGSQL.5432` });
    const { host, port } = proxy;
    return { proxy, ...(await opened({ host, port, sslmode: "disable", ...options })) };
  };

  it("loses and doubles nothing while its connections are ended twice a second", async () => {
    const { store } = await opened();
    const load = new Load(store);
    for (let round = 0; round < 8; round++) {
      await load.progresses();
      await server().ask(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'drett'",
      );
      await wait(500);
    }
    await load.endsWell(store);
    await store.close();
  });

  it("loses and doubles nothing when the database crashes, and goes on by itself", async () => {
    const { store } = await opened();
    const load = new Load(store);
    for (let round = 0; round < 3; round++) {
      await load.progresses();
      await server().halt("immediate");
      await assert.rejects(store.load([resourceKey("a")]), refusal(/PostgreSQL/, /./));
      await server().resume();
    }
    await load.progresses();
    assert.ok(load.refused > 0);
    await load.endsWell(store);
    await store.close();
  });

  it("loses and doubles nothing while requests and replies get lost", async () => {
    const { proxy, store } = await behindProxy();
    const load = new Load(store);
    for (let round = 0; round < 6; round++) {
      for (const what of ["request", "reply"] as const) {
        for (const statement of [OF_COMMIT, OF_LOAD]) {
          await proxy.lose(what, statement);
          await load.progresses(5);
        }
      }
      proxy.cut();
    }
    await load.endsWell(store);
    await store.close();
    await proxy.close();
  });

  it("loses and doubles nothing while the network is slow, and while it stands still", async () => {
    const { proxy, store } = await behindProxy({ statement_timeout: 1, connect_timeout: 1 });
    const load = new Load(store);
    proxy.delay(20);
    await load.progresses();
    proxy.delay(0);
    for (let round = 0; round < 2; round++) {
      proxy.stall();
      await assert.rejects(store.load([resourceKey("a")]), refusal(/timeout/, /does not answer/));
      proxy.resume();
      await load.progresses();
    }
    await load.endsWell(store);
    await store.close();
    await proxy.close();
  });

  it("does not know what became of a commit whose reply is lost, and finds it applied", async () => {
    const { proxy, store } = await behindProxy();
    await store.commit([created("known")]);
    const lost = proxy.lose("reply", OF_COMMIT);
    const changes = [rewritten(created("known")), created("new")];
    assert.deepEqual(await store.commit(changes), ["unknown", "unknown"]);
    await lost;
    const records = await store.load([resourceKey("known"), resourceKey("new")]);
    assert.deepEqual(records.map(({ id, version }) => `${id} ${version}`).sort(), ["known 2", "new 1"]);
    assert.deepEqual(await store.commit(changes), ["conflict", "conflict"]);
    await store.close();
    await proxy.close();
  });

  it("does not know either where the commit never arrived, and finds nothing", async () => {
    const { proxy, store } = await behindProxy();
    await store.commit([created("known")]);
    const lost = proxy.lose("request", OF_COMMIT);
    assert.deepEqual(await store.commit([created("new")]), ["unknown"]);
    await lost;
    assert.deepEqual(await store.load([resourceKey("new")]), []);
    assert.deepEqual(await store.commit([created("new")]), ["applied"]);
    await store.close();
    await proxy.close();
  });

  it("stands a connection that dies while it is being made", async () => {
    const { proxy, place, store } = await behindProxy();
    for (const what of ["request", "reply"] as const) {
      const lost = proxy.lose(what, "server_version_num");
      await assert.rejects(openStore(place), refusal(/PostgreSQL/, /goes on by itself/));
      await lost;
    }
    await (await openStore(place)).close();
    await store.close();
    await proxy.close();
  });

  it("knows that nothing was applied where a statement failed", async () => {
    const { place, store } = await opened();
    await server().ask(`ALTER TABLE ${place.schema}.event RENAME TO elsewhere`);
    await assert.rejects(
      store.commit([created("a")]),
      refusal(/"?event"? does not exist/, /restore a backup/),
    );
    await server().ask(`ALTER TABLE ${place.schema}.elsewhere RENAME TO event`);
    assert.deepEqual(await store.commit([created("a")]), ["applied"]);
    await store.close();
  });

  it("knows that nothing was applied where a statement took too long", async () => {
    const { place, store } = await opened({ statement_timeout: 1 });
    await store.commit([created("a")]);
    const holder = await server().connect();
    await holder.query(`BEGIN; LOCK TABLE ${place.schema}.record IN SHARE MODE`);
    await assert.rejects(store.commit([created("b")]), refusal(/statement timeout/, /`statement_timeout`/));
    await holder.end();
    assert.deepEqual(await store.commit([created("b")]), ["applied"]);
    await store.close();
  });

  it("waits for another writer of the same records, and never in a circle", async () => {
    const { place, store } = await opened();
    const other = await openStore(place);
    const records = Array.from({ length: 40 }, (_, number) => created(`r${number}`));
    await store.commit(records);
    for (let round = 1; round <= 10; round++) {
      const next = records.map((record) => ({ ...rewritten(record), expected: round }));
      const [one, two] = await Promise.all([store.commit(next), other.commit(next.toReversed())]);
      const winners = next.map((_, number) => [one[number], two[next.length - 1 - number]].sort().join());
      assert.deepEqual(winners, Array(40).fill("applied,conflict"));
    }
    await Promise.all([store.close(), other.close()]);
  });
});
