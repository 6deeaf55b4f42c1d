import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LIMITS } from "@drett/core";
import { askOld, block, idOf, machine, tellOld, updated } from "./support/old-protocol.ts";
import { START, type TestServer, testServer } from "./support/test-server.ts";

interface Fact {
  readonly kind: string;
  readonly reason?: string;
  readonly externalId?: string;
}
const lookAt = async (server: TestServer, read: string, oid: unknown) =>
  (await server.look(read, { id: idOf(oid) })).body as { state: string; facts: Fact[] } & {
    readonly [field: string]: unknown;
  };
const resource = (server: TestServer, oid: unknown) => lookAt(server, "get-resource", oid);
const allocation = (server: TestServer, oid: unknown) => lookAt(server, "get-allocation", oid);
const lastFact = ({ facts }: { facts: Fact[] }) => facts.at(-1) as Fact;

const begin = (server: TestServer, more = {}) => tellOld(server, "BeginAllocation", { ...block, ...more });
const add = (server: TestServer, allocation_oid: unknown, more = {}) =>
  tellOld(server, "AddResource", { allocation_oid, ...machine, ...more });

/** A resource that exists, by this name. */
async function existing(server: TestServer, resource_id: unknown): Promise<unknown> {
  const oid = await add(server, await begin(server));
  assert.deepEqual(await tellOld(server, "ResourceAllocated", { oid, resource_id }), updated(1));
  return oid;
}

describe("BeginAllocation", () => {
  test("begins an allocation, and hands out an id as MongoDB's", async (t) => {
    const server = testServer(t);
    const oid = await begin(server);
    const { state, application, module, label, deadline } = await allocation(server, oid);
    assert.deepEqual([state, application, module, label], ["open", "probe", "nova", "a-label"]);
    assert.equal(deadline, new Date(START + 60_000).toISOString());
    assert.equal(Number.parseInt((oid as { $oid: string }).$oid.slice(0, 8), 16), START / 1_000);
  });

  for (const [timeout, inSeconds] of [
    [0, 0],
    [0.2, 1],
    [59.000001, 60],
    [600.0, 600],
    [{ $numberLong: "600" }, 600],
    [315_360_000, 315_360_000],
  ] as const) {
    test(`takes ${JSON.stringify(timeout)} as a timeout of ${inSeconds} seconds`, async (t) => {
      const server = testServer(t);
      const { deadline } = await allocation(server, await begin(server, { timeout }));
      assert.equal(deadline, new Date(START + inSeconds * 1_000).toISOString());
    });
  }

  for (const timeout of [-1, -0.5, 315_360_001, 1e300, "60", null, true, [60], { $numberLong: "soon" }]) {
    test(`refuses ${JSON.stringify(timeout)} as a timeout`, async (t) => {
      const { status, error } = await askOld(testServer(t), {
        payload: { cmd: "BeginAllocation", ...block, timeout },
      });
      assert.equal(status, 200);
      assert.match(String(error), /^invalid-duration: \/timeout must be whole seconds/);
    });
  }

  for (const label of [{ $uuid: "6f9619ff8b86d011b42d00c04fc964ff" }, 42, "árvíz"]) {
    test(`takes ${JSON.stringify(label)} as a label, and finds it by that`, async (t) => {
      const server = testServer(t);
      const oid = await begin(server, { allocation_id: label });
      assert.deepEqual(await tellOld(server, "AllocationSuccess", { oid: label }), updated(1));
      assert.equal((await allocation(server, oid)).state, "done");
    });
  }
});

describe("AllocationSuccess", () => {
  test("finishes it, also when it is told again", async (t) => {
    const server = testServer(t);
    const oid = await begin(server);
    for (let time = 0; time < 2; time++) {
      assert.deepEqual(await tellOld(server, "AllocationSuccess", { oid }), updated(1));
    }
    const { state, facts } = await allocation(server, oid);
    assert.deepEqual([state, facts.length], ["done", 2]);
  });

  test("takes the label where the id belongs: the newest allocation that carries it", async (t) => {
    const server = testServer(t);
    const [older, newer] = [await begin(server), await begin(server)];
    assert.deepEqual(await tellOld(server, "AllocationSuccess", { oid: block.allocation_id }), updated(1));
    assert.equal((await allocation(server, newer)).state, "done");
    assert.equal((await allocation(server, older)).state, "open");
  });

  test("takes a label that looks like an id", async (t) => {
    const server = testServer(t);
    const label = "0123456789abcdef01234567";
    const oid = await begin(server, { allocation_id: label });
    assert.deepEqual(await tellOld(server, "AllocationSuccess", { oid: label }), updated(1));
    assert.equal((await allocation(server, oid)).state, "done");
  });
});

describe("AllocationFailed", () => {
  test("says nothing, and records the reason", async (t) => {
    const server = testServer(t);
    const oid = await begin(server);
    assert.equal(await tellOld(server, "AllocationFailed", { oid, reason: "Timeout()" }), null);
    const failed = await allocation(server, oid);
    assert.deepEqual([failed.state, lastFact(failed).reason], ["failed", "Timeout()"]);
  });

  test("needs no reason, and takes a label", async (t) => {
    const server = testServer(t);
    const oid = await begin(server);
    assert.equal(await tellOld(server, "AllocationFailed", { oid: block.allocation_id }), null);
    assert.equal((await allocation(server, oid)).state, "failed");
  });
});

describe("AddResource", () => {
  test("registers an intent of the allocation's application, with its deadline", async (t) => {
    const server = testServer(t);
    const allocation = await begin(server, { timeout: 7 });
    const oid = await add(server, allocation);
    const { facts: _facts, ...its } = await resource(server, oid);
    assert.deepEqual(
      [its.state, its.application, its.module, its.owner, its.type, its.allocation],
      ["pending", "probe", "nova", "lpds", "vm", idOf(allocation)],
    );
    assert.equal(its.due, new Date(START + 7_000).toISOString());
  });

  test("takes the allocation's label", async (t) => {
    const server = testServer(t);
    const allocation = await begin(server);
    const oid = await add(server, block.allocation_id);
    assert.equal((await resource(server, oid)).allocation, idOf(allocation));
  });

  for (const [allocation_oid, allocation] of [
    ["0123456789abcdef01234567", "o0123456789abcdef01234567"],
    ["gone", undefined],
  ] as const) {
    test(`takes the note for the allocation ${allocation_oid}, which nobody has begun`, async (t) => {
      const server = testServer(t);
      const oid = await add(server, allocation_oid);
      const its = await resource(server, oid);
      assert.deepEqual([its.state, its.application, its.allocation], ["pending", "unknown", allocation]);
      assert.deepEqual((its.facts[0] as { data?: object }).data, { allocation_oid });
      server.clock.advance(600);
      const { findings } = await resource(server, oid);
      assert.equal((findings as { kind: string }[])[0]?.kind, "overdue-intent");
    });
  }
});

describe("ResourceAllocated", () => {
  test("records the external id", async (t) => {
    const server = testServer(t);
    const its = await resource(server, await existing(server, "i-1"));
    assert.deepEqual([its.state, its.externalIds], ["allocated", ["i-1"]]);
  });

  for (const [resource_id, externalId] of [
    [42, "42"],
    [{ $numberLong: "9007199254740993" }, "9007199254740993"],
  ] as const) {
    test(`takes ${JSON.stringify(resource_id)} as an external id, and frees by it`, async (t) => {
      const server = testServer(t);
      const oid = await existing(server, resource_id);
      assert.deepEqual((await resource(server, oid)).externalIds, [externalId]);
      assert.deepEqual(
        await tellOld(server, "ResourceFreedByAttributes", { ...machine, resource_id }),
        updated(1),
      );
    });
  }
});

describe("ResourceAllocationFailed", () => {
  test("leaves the outcome unknown, with the reason", async (t) => {
    const server = testServer(t);
    const oid = await add(server, await begin(server));
    const reason = "<type 'Timeout'>(…)";
    assert.deepEqual(await tellOld(server, "ResourceAllocationFailed", { oid, reason }), updated(1));
    const its = await resource(server, oid);
    assert.deepEqual([its.state, lastFact(its).reason], ["unknown", reason]);
  });

  for (const reason of [undefined, null, ""]) {
    test(`says so where the reason is ${reason}`, async (t) => {
      const server = testServer(t);
      const oid = await add(server, await begin(server));
      await tellOld(server, "ResourceAllocationFailed", { oid, reason });
      assert.match(String(lastFact(await resource(server, oid)).reason), /no reason was given/);
    });
  }

  test("is recorded whatever its reason is", async (t) => {
    const server = testServer(t);
    const traceback = `Traceback (most recent call last):\n${"  File\0 x\ud800\n".repeat(500)}Timeout: no answer`;
    const reasons = [traceback, `${traceback}\u{1f985}`, { errno: 110 }, ["Timeout"], 110, false];
    const recorded: string[] = [];
    for (const reason of reasons) {
      const oid = await add(server, await begin(server));
      assert.deepEqual(await tellOld(server, "ResourceAllocationFailed", { oid, reason }), updated(1));
      recorded.push(String(lastFact(await resource(server, oid)).reason));
    }
    const [cut = "", ...others] = recorded;
    assert.match(cut, /^Traceback \(most recent.* … .*Timeout: no answer$/s);
    assert.ok(cut.length <= LIMITS.textCharacters && cut.length > LIMITS.textCharacters - 5);
    assert.deepEqual(others.slice(1), ['{"errno":110}', '["Timeout"]', "110", "false"]);
  });
});

describe("ResourceFreed", () => {
  test("frees it, also when it is told again", async (t) => {
    const server = testServer(t);
    const oid = await existing(server, "i-1");
    for (let time = 0; time < 2; time++) {
      assert.deepEqual(await tellOld(server, "ResourceFreed", { oid }), updated(1));
    }
    const { state, findings, facts } = await resource(server, oid);
    assert.deepEqual([state, findings, facts.length], ["freed", [], 3]);
  });
});

describe("ResourceFreedByAttributes", () => {
  const free = (server: TestServer, more = {}) =>
    tellOld(server, "ResourceFreedByAttributes", { ...machine, resource_id: "i-1", ...more });

  test("frees what fits, and nothing that does not", async (t) => {
    const server = testServer(t);
    const oid = await existing(server, "i-1");
    for (const other of [{ resource_id: "i-2" }, { resource_owner: "me" }, { resource_type: "disk" }]) {
      assert.deepEqual(await free(server, other), updated(0));
    }
    assert.equal((await resource(server, oid)).state, "allocated");
    assert.deepEqual(await free(server), updated(1));
    assert.deepEqual(await free(server), updated(1), "again");
    assert.equal((await resource(server, oid)).state, "freed");
  });

  test("of several that live frees the one that was registered first, then the next", async (t) => {
    const server = testServer(t);
    const oids: unknown[] = [];
    for (let count = 0; count < 3; count++) {
      oids.push(await existing(server, "i-1"));
      server.clock.advance(1);
    }
    for (let freed = 1; freed <= 3; freed++) {
      assert.deepEqual(await free(server), updated(1));
      const states = await Promise.all(oids.map(async (oid) => (await resource(server, oid)).state));
      assert.deepEqual(
        states,
        oids.map((_, place) => (place < freed ? "freed" : "allocated")),
      );
    }
  });
});

describe("ids", () => {
  test("are taken in both forms, and in capitals", async (t) => {
    const server = testServer(t);
    const begun = (await begin(server)) as { $oid: string };
    const added = (await add(server, begun.$oid)) as { $oid: string };
    assert.equal((await resource(server, added)).allocation, idOf(begun));
    const [{ $oid: plain }, capital] = [added, { $oid: added.$oid.toUpperCase() }];
    await tellOld(server, "ResourceAllocated", { oid: plain, resource_id: "i-1" });
    assert.deepEqual(await tellOld(server, "ResourceFreed", { oid: capital }), updated(1));
    assert.equal((await resource(server, added)).state, "freed");
    assert.deepEqual(await tellOld(server, "AllocationSuccess", { oid: begun.$oid }), updated(1));
  });

  const unknown = [
    { $oid: "0123456789abcdef01234567" },
    "0123456789abcdef01234567",
    { $oid: "short" },
    "",
    "no such label",
    "with\0NUL",
    "x".repeat(5_000),
    42,
  ];
  for (const [cmd, fields, result] of [
    ["AllocationSuccess", {}, updated(0)],
    ["AllocationFailed", { reason: "x" }, null],
    ["ResourceAllocated", { resource_id: "i-1" }, updated(0)],
    ["ResourceAllocationFailed", { reason: "x" }, updated(0)],
    ["ResourceFreed", {}, updated(0)],
  ] as const) {
    test(`that are unknown to ${cmd} are no error`, async (t) => {
      const server = testServer(t);
      for (const oid of unknown) assert.deepEqual(await tellOld(server, cmd, { oid, ...fields }), result);
      assert.deepEqual((await server.look("read-events")).body.items, []);
    });
  }

  test("of a resource are none of an allocation", async (t) => {
    const server = testServer(t);
    const allocation = await begin(server);
    const oid = await add(server, allocation);
    assert.deepEqual(await tellOld(server, "AllocationSuccess", { oid }), updated(0));
    assert.deepEqual(await tellOld(server, "ResourceFreed", { oid: allocation }), updated(0));
  });
});
