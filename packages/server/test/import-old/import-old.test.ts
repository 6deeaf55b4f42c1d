import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Change, MemoryStore, StoreUnavailable } from "@drett/core";
import fc from "fast-check";
import { ImportStopped, importOld } from "../../src/import-old/import-old.ts";
import type { OldCollections, OldDocument, OldKind } from "../../src/import-old/old-collections.ts";
import { type Zone, zoneNamed } from "../../src/import-old/zone.ts";
import { tellOld, updated } from "../support/old-protocol.ts";
import { contentsOf, TestServer, testServer } from "../support/test-server.ts";
import { idOf, listed, local, oid, oldAllocation, oldResource } from "./old-documents.ts";

const budapest = zoneNamed("Europe/Budapest") as Zone;
type Documents = { readonly [kind in OldKind]: readonly OldDocument[] };

const bring = (documents: Documents, server?: TestServer, more: { zone?: Zone; application?: string } = {}) =>
  importOld({ from: listed(documents), into: server?.engine, zone: budapest, ...more });

const exists = { resource_id: "i-1", allocation_time: local(3) };
const ALL: Documents = {
  allocations: [
    oldAllocation(),
    oldAllocation({ _id: oid(10), state: "DONE", close_time: local(5) }),
    oldAllocation({ _id: oid(11), state: "FAILED", close_time: local(5), reason: "Timeout()" }),
  ],
  resources: [
    oldResource(),
    oldResource({ _id: oid(20), allocation_oid: oid(10), state: "ALLOCATED", ...exists }),
    oldResource({ _id: oid(21), allocation_oid: oid(11), state: "FAILED", close_time: local(4) }),
    oldResource({ _id: oid(22), allocation_oid: oid(10), state: "FREE", ...exists, close_time: local(9) }),
  ],
};

async function states(server: TestServer): Promise<object> {
  const ofRead = async (read: string) =>
    ((await server.look(read)).body.items as { id: string; state: string }[]).map(({ id, state }) => [
      id,
      state,
    ]);
  return Object.fromEntries([...(await ofRead("list-allocations")), ...(await ofRead("list-resources"))]);
}

describe("an import", () => {
  test("brings every record over as it stands", async (t) => {
    const server = testServer(t);
    const { allocations, resources } = await bring(ALL, server);
    assert.deepEqual(await states(server), {
      [idOf(oid(1))]: "open",
      [idOf(oid(10))]: "done",
      [idOf(oid(11))]: "failed",
      [idOf(oid(2, 1))]: "pending",
      [idOf(oid(20))]: "allocated",
      [idOf(oid(21))]: "unknown",
      [idOf(oid(22))]: "freed",
    });
    assert.deepEqual([allocations.read, allocations.new, allocations.known], [3, 3, 0]);
    assert.deepEqual(allocations.states, { "PENDING → open": 1, "DONE → done": 1, "FAILED → failed": 1 });
    assert.deepEqual(resources.states, {
      "PENDING → pending": 1,
      "ALLOCATED → allocated": 1,
      "FAILED → unknown": 1,
      "FREE → freed": 1,
    });
    assert.deepEqual([allocations.left, resources.left], [[], []]);
    const { body } = await server.look("get-resource", { id: idOf(oid(20)) });
    assert.deepEqual([body.application, body.module, body.allocation], ["probe", "nova", idOf(oid(10))]);
    assert.equal((body.facts as { actor: string }[])[0]?.actor, "import-0.1");
  });

  test("a second time changes nothing", async (t) => {
    const server = testServer(t);
    await bring(ALL, server);
    const before = await contentsOf(server.store);
    server.clock.advance(3_600);
    const { allocations, resources } = await bring(ALL, server);
    assert.deepEqual(await contentsOf(server.store), before);
    assert.deepEqual([allocations.new, allocations.known], [0, 3]);
    assert.deepEqual([resources.new, resources.known], [0, 4]);
  });

  test("brings what has happened since the first time", async (t) => {
    const server = testServer(t);
    await bring(ALL, server);
    const later = oldResource({ state: "ALLOCATED", ...exists });
    await bring({ ...ALL, resources: [later] }, server);
    assert.equal((await server.look("get-resource", { id: idOf(oid(2, 1)) })).body.state, "allocated");
  });

  test("without a place to go to records nothing, and counts the same", async (t) => {
    const planned = await bring(ALL);
    assert.deepEqual(planned, await bring(ALL, testServer(t)));
  });

  test("leaves nothing that was reported since as it was", async (t) => {
    const server = testServer(t);
    await bring(ALL, server);
    assert.deepEqual(await tellOld(server, "ResourceFreed", { oid: oid(20) }), updated(1));
    await bring(ALL, server);
    assert.equal((await server.look("get-resource", { id: idOf(oid(20)) })).body.state, "freed");
  });

  test("lets an old client go on with the ids that it holds", async (t) => {
    const server = testServer(t);
    await bring(ALL, server);
    await tellOld(server, "ResourceAllocated", { oid: oid(2, 1), resource_id: "i-2" });
    await tellOld(server, "AllocationSuccess", { oid: oid(1).$oid });
    const attributes = { resource_owner: "lpds", resource_type: "vm", resource_id: "i-1" };
    assert.deepEqual(await tellOld(server, "ResourceFreedByAttributes", attributes), updated(1));
    const now = (await states(server)) as { [id: string]: string };
    assert.deepEqual(
      [now[idOf(oid(2, 1))], now[idOf(oid(1))], now[idOf(oid(20))]],
      ["allocated", "done", "freed"],
    );
  });

  test("of several allocations with one label finds the newest by it", async (t) => {
    const server = testServer(t);
    const allocations = Array.from({ length: 600 }, (_, n) => oldAllocation({ _id: oid(n, n) }));
    await bring({ allocations, resources: [] }, server);
    assert.deepEqual(await tellOld(server, "AllocationSuccess", { oid: "a-label" }), updated(1));
    const { body } = await server.look("list-allocations", { state: "done" });
    assert.deepEqual(
      (body.items as { id: string }[]).map(({ id }) => id),
      [idOf(oid(599, 599))],
    );
  });

  test("records what is dated in the future as of now, and recognises it later", async (t) => {
    const server = testServer(t);
    const _id = { $oid: (server.clock.now() / 1_000 + 86_400).toString(16).padEnd(24, "0") };
    const documents = { allocations: [oldAllocation({ _id, deadline: local(0) })], resources: [] };
    await bring(documents, server);
    const { body } = await server.look("get-allocation", { id: idOf(_id) });
    assert.equal((body.facts as { at: string }[])[0]?.at, new Date(server.clock.now()).toISOString());
    server.clock.advance(7 * 86_400);
    assert.equal((await bring(documents, server)).allocations.known, 1);
  });
});

describe("what cannot be brought over", () => {
  test("is named with the reason, and keeps nothing else", async (t) => {
    const server = testServer(t);
    const { allocations, resources } = await bring(
      {
        allocations: [oldAllocation({ module: undefined }), ...ALL.allocations.slice(1)],
        resources: [...ALL.resources, oldResource({ _id: 7 }), oldResource({ _id: oid(30), owner: "" })],
      },
      server,
    );
    assert.deepEqual(allocations.left, [{ _id: oid(1), reason: "its module is missing" }]);
    assert.deepEqual(resources.left, [
      {
        _id: oid(2, 1),
        reason: `its allocation ${oid(1).$oid} was not brought over: name an application for it with --application`,
      },
      { _id: 7, reason: "its _id is no ObjectId" },
      { _id: oid(30), reason: "its owner is not text of 1 to 1024 characters without U+0000" },
    ]);
    assert.deepEqual([allocations.read, resources.read, resources.new], [3, 6, 3]);
  });

  test("for want of an allocation goes to the application that is named for it", async (t) => {
    const server = testServer(t);
    const documents = { allocations: [], resources: ALL.resources };
    const { resources } = await bring(documents, server, { application: "orphans" });
    assert.deepEqual([resources.new, resources.left], [4, []]);
    assert.equal((await server.look("list-resources", { application: "orphans" })).body.next, null);
    const { body } = await server.look("get-resource", { id: idOf(oid(20)) });
    assert.deepEqual([body.application, body.allocation], ["orphans", idOf(oid(10))]);
    const before = await contentsOf(server.store);
    await bring(documents, server, { application: "orphans" });
    assert.deepEqual(await contentsOf(server.store), before);
  });

  test("with another time zone is told so, and no resource gets its times twice", async (t) => {
    const server = testServer(t);
    await bring(ALL, server);
    const before = await contentsOf(server.store);
    const { allocations, resources } = await bring(ALL, server, { zone: zoneNamed("Asia/Tokyo") as Zone });
    assert.equal(allocations.left.length, 3);
    assert.match(
      allocations.left[0]?.reason ?? "",
      /begun before.* with another time zone or application\?$/,
    );
    assert.equal(resources.left.length, 4);
    assert.deepEqual(await contentsOf(server.store), before);
  });
});

/** Takes so many flushes, then none. */
class FailingStore extends MemoryStore {
  left = Number.POSITIVE_INFINITY;
  override async commit(changes: readonly Change[]) {
    if (this.left-- <= 0) throw new StoreUnavailable("the disk is full", "Make room.");
    return super.commit(changes);
  }
}

describe("a store that fails", () => {
  const many: Documents = {
    allocations: Array.from({ length: 300 }, (_, n) => oldAllocation({ _id: oid(n) })),
    resources: Array.from({ length: 900 }, (_, n) =>
      oldResource({
        _id: oid(1_000 + n),
        allocation_oid: oid(n % 300),
        state: "FREE",
        resource_id: `i-${n}`,
        allocation_time: local(3),
        close_time: local(4),
      }),
    ),
  };

  for (const flushes of [0, 1, 2, 4]) {
    test(`after ${flushes} flushes stops the import, and the next run comes to the same as one that was not stopped`, async (t) => {
      const store = new FailingStore();
      const server = testServer(t, { store });
      store.left = flushes;
      await assert.rejects(bring(many, server), ImportStopped);
      store.left = Number.POSITIVE_INFINITY;
      const { allocations, resources } = await bring(many, server);
      assert.deepEqual([allocations.left, resources.left], [[], []]);
      const whole = testServer(t);
      await bring(many, whole);
      assert.deepEqual(await recordsOf(server), await recordsOf(whole));
    });
  }
});

async function recordsOf(server: TestServer): Promise<unknown[]> {
  const { records } = (await contentsOf(server.store)) as { records: { id: string; body: string }[] };
  return records
    .map(({ id, body }) => [id, JSON.parse(body)])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

test("an import reads no further ahead than it can bring", async (t) => {
  const server = testServer(t);
  let [read, ahead] = [0, 0];
  const progress: number[] = [];
  const from: OldCollections = {
    ...listed(ALL),
    async *read(kind) {
      if (kind === "resources") return;
      for (let n = 0; n < 2_000; n++) {
        read += 1;
        ahead = Math.max(ahead, read - (progress.at(-1) ?? 0));
        yield oldAllocation({ _id: oid(n) });
      }
    },
  };
  const onProgress = (_: OldKind, done: number) => void progress.push(done);
  await importOld({ from, into: server.engine, zone: budapest, onProgress });
  assert.ok(ahead <= 257, `${ahead} at once`);
  assert.deepEqual(
    progress,
    Array.from({ length: 2_000 }, (_, n) => n + 1),
  );
});

test("old collections that cannot be read on end the import, and nothing more is read", async (t) => {
  let isOver = false;
  const from: OldCollections = {
    ...listed(ALL),
    async *read() {
      try {
        yield oldAllocation();
        throw new Error("the connection is gone");
      } finally {
        isOver = true;
      }
    },
  };
  const importing = importOld({ from, into: testServer(t).engine, zone: budapest });
  await assert.rejects(importing, /the connection is gone/);
  assert.ok(isOver);
});

/** Old documents of every kind: mostly fitting, anything in any place. */
const odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    undefined,
    null,
    "",
    { $date: 1e17 },
    { $date: "x" },
    { $date: 0 },
    "x".repeat(2_000),
  ),
  fc.date({ noInvalidDate: true }).map((date) => ({ $date: date.getTime() })),
);
const mostly = (fitting: fc.Arbitrary<unknown>) => fc.oneof({ weight: 9, arbitrary: fitting }, odd);
const oids = fc.nat(6).map((n) => oid(n, n));
const times = fc
  .date({ min: new Date("1999-06-01"), max: new Date("2101-01-01"), noInvalidDate: true })
  .map((date) => ({ $date: date.getTime() }));
const words = fc.oneof(fc.constantFrom("a", "b"), fc.string({ unit: "binary", maxLength: 20 }));
const documents = (states: readonly string[]) =>
  fc.array(
    fc.record(
      {
        _id: mostly(oids),
        allocation_oid: mostly(oids),
        state: mostly(fc.constantFrom(...states)),
        ...Object.fromEntries(
          ["allocation_id", "application", "module", "owner", "type", "resource_id", "reason"].map((name) => [
            name,
            mostly(words),
          ]),
        ),
        ...Object.fromEntries(
          ["deadline", "allocation_time", "close_time"].map((name) => [name, mostly(times)]),
        ),
      },
      { requiredKeys: ["_id", "state"] },
    ),
    { maxLength: 12 },
  );

test("whatever the old collections hold, each document is brought over or named, and a second run changes nothing", async () => {
  const zones = fc.constantFrom("UTC", "Europe/Budapest", "America/New_York", "Pacific/Apia");
  const all = fc.record({
    allocations: documents(["PENDING", "DONE", "FAILED"]),
    resources: documents(["PENDING", "ALLOCATED", "FAILED", "FREE"]),
  });
  const property = fc.asyncProperty(all, zones, fc.boolean(), async (documents, name, isNamed) => {
    const server = new TestServer();
    const more = { zone: zoneNamed(name) as Zone, ...(isNamed ? { application: "orphans" } : {}) };
    const first = await bring(documents, server, more);
    const before = await contentsOf(server.store);
    const second = await bring(documents, server, more);
    assert.deepEqual(await contentsOf(server.store), before);
    for (const kind of ["allocations", "resources"] as const) {
      const { read, new: fresh, known, left } = first[kind];
      assert.equal(read, documents[kind].length);
      assert.equal(fresh + known + left.length, read);
      assert.deepEqual([second[kind].new, second[kind].left], [0, left]);
      // Only an id that stands twice can be refused by anybody but the mapping.
      for (const { reason } of left) assert.doesNotMatch(reason, /^\//);
    }
    assert.deepEqual(server.errors, []);
    await server.close();
  });
  await fc.assert(property, { numRuns: 200 });
});
