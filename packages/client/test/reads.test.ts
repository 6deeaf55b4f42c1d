import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Refused } from "../src/errors.ts";
import type { Drett } from "../src/index.ts";
import { mishap, rejection, World } from "./world.ts";

let world: World;
let drett: Drett;
beforeEach(() => {
  world = new World();
  drett = world.drett();
});

async function collect<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of list) items.push(item);
  return items;
}

async function first<T>(list: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of list) return item;
  return undefined;
}

test("a list is read page by page to its end", async () => {
  world.server.pages = [
    { items: [1, 2], next: "1" },
    { items: [], next: "2" },
    { items: [3], next: null },
  ];
  const list = drett.findings({ kind: "over-ttl", owner: "lpds" });
  assert.equal(world.seen.length, 0, "nothing is asked before somebody looks");
  assert.deepEqual(await world.run(collect(list)), [1, 2, 3]);
  assert.deepEqual(
    world.seen.map(({ method, path, query }) => [method, path, query.toString()]),
    [
      ["GET", "/v1/findings", "kind=over-ttl&owner=lpds"],
      ["GET", "/v1/findings", "kind=over-ttl&owner=lpds&cursor=1"],
      ["GET", "/v1/findings", "kind=over-ttl&owner=lpds&cursor=2"],
    ],
  );
});

test("pages that nobody goes on to are not read", async () => {
  world.server.pages = [
    { items: [1, 2], next: "1" },
    { items: [3], next: null },
  ];
  assert.equal(await world.run(first(drett.resources())), 1);
  assert.deepEqual([world.seen.length, world.timers], [1, 0]);
});

test("each label is a parameter of its own", async () => {
  world.server.pages = [{ items: [], next: null }];
  await world.run(collect(drett.resources({ state: "freed", labels: { job: "17", "ci/branch": "a&b" } })));
  assert.deepEqual(world.seen[0]?.query.getAll("label"), ["job=17", "ci/branch=a&b"]);
  assert.equal(world.seen[0]?.query.get("state"), "freed");
});

test("a page is asked for again when the line breaks, until the deadline of that page", async () => {
  world.server.pages = [{ items: [1], next: null }];
  world.mishaps = [mishap.unheard, () => new Response("<h1>Welcome</h1>"), () => new Response("{}")];
  assert.deepEqual(await world.run(collect(drett.findings())), [1]);
  world.always = mishap.unheard;
  const before = world.time;
  await rejection(world.run(collect(drett.findings({ deadline: "3s" }))));
  assert.equal(world.time - before, 3_000);
});

test("one resource comes with all its facts; one that nobody knows is refused", async () => {
  const { id } = await world.run(drett.track({ type: "vm", acquire: () => "i-1" }));
  world.mishaps = [() => new Response("{}")];
  const { state, externalIds, facts } = await world.run(drett.get(id));
  assert.deepEqual([state, externalIds, facts.length], ["allocated", ["i-1"], 2]);
  const error = await rejection(world.run(drett.get("nobody")));
  assert.ok(error instanceof Refused && error.status === 404);
});

test("questions are not held up by the notes of their tick", async () => {
  world.server.pages = [{ items: [], next: null }];
  await world.run(Promise.all([drett.intend({ type: "vm" }), collect(drett.findings())]));
  assert.deepEqual(world.paths.toSorted(), ["/v1/findings", "/v1/resources"]);
});

test("the summary of what is wrong is one answer", async () => {
  const summary = { count: 1, byKind: [{ kind: "zombie", count: 1 }], costs: [{ currency: "EUR" }] };
  world.mishaps = [() => new Response("{}"), () => Response.json(summary)];
  assert.deepEqual(await world.run(drett.summary()), summary);
  assert.deepEqual(world.paths, ["/v1/findings/summary", "/v1/findings/summary"]);
});

test("sessions are a list like the others, with the version that a word on one has seen", async () => {
  world.server.pages = [{ items: [{ id: "s", version: 2 }], next: null }];
  const [session] = await world.run(collect(drett.sessions({ finding: "lapsed-together" })));
  assert.equal(session?.version, 2);
  assert.deepEqual(
    [world.seen[0]?.path, world.seen[0]?.query.toString()],
    ["/v1/sessions", "finding=lapsed-together"],
  );
});
