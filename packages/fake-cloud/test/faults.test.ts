import assert from "node:assert/strict";
import { test } from "node:test";
import { Faults } from "../src/faults.ts";
import { Cloud, type Fault, startFakeCloud } from "../src/index.ts";
import { answerRequest } from "../src/requests.ts";
import { ask, create, eventsIn, listed, remove } from "./asking.ts";

const INSTANCES = "accounts/main/instances";
const post = (url: string, plan: object = {}) => ask(url, "POST", INSTANCES, plan);

test("a reply is lost after the effect, a request before it", async () => {
  await using cloud = await startFakeCloud({
    faults: [
      { on: "create", fault: "lost-reply" },
      { on: "create", fault: "lost-request" },
    ],
  });
  // Both are drawn at once: the request is lost first.
  await assert.rejects(post(cloud.url));
  assert.equal(cloud.cloud.instances.length, 0);
  cloud.faults.add({ on: "create", fault: "lost-reply" });
  await assert.rejects(post(cloud.url));
  assert.equal(cloud.cloud.instances.length, 1);
  assert.equal((await post(cloud.url)).status, 201);
});

test("5xx come before the effect and after it", async () => {
  await using cloud = await startFakeCloud({ faults: [{ on: "create", fault: "error-before" }] });
  assert.equal((await post(cloud.url)).status, 503);
  assert.equal(cloud.cloud.instances.length, 0);
  cloud.faults.add({ on: "create", fault: "error-after" });
  assert.equal((await post(cloud.url)).status, 500);
  assert.equal(cloud.cloud.instances.length, 1);
});

test("whoever is throttled is told for how long", async () => {
  await using cloud = await startFakeCloud({ faults: [{ on: "list", fault: "throttled", ms: 2_500 }] });
  const { status, headers } = await ask(cloud.url, "GET", INSTANCES);
  assert.equal(status, 429);
  assert.equal(headers.get("retry-after"), "3");
});

test("a fresh thing is not listed for a while, though its id is known", async () => {
  let now = 0;
  await using cloud = await startFakeCloud({
    now: () => now,
    faults: [{ on: "create", fault: "unlisted", ms: 100 }],
  });
  const { id } = await create(cloud.url, { tags: { drett: "d1" } });
  assert.deepEqual(await listed(cloud.url, "tag=drett:d1"), []);
  assert.equal((await ask(cloud.url, "GET", `${INSTANCES}/${id}`)).status, 200);
  now = 100;
  assert.deepEqual(await listed(cloud.url, "tag=drett:d1"), [id]);
});

test("a fresh thing is not found for a while, in no way", async () => {
  let now = 0;
  await using cloud = await startFakeCloud({
    now: () => now,
    faults: [{ on: "create", fault: "unseen", ms: 100 }],
  });
  const { id } = await create(cloud.url);
  assert.deepEqual(await listed(cloud.url), []);
  assert.equal((await ask(cloud.url, "GET", `${INSTANCES}/${id}`)).status, 404);
  now = 100;
  assert.deepEqual(await listed(cloud.url), [id]);
});

test("a listing breaks off midway, and says so or does not", async () => {
  await using cloud = await startFakeCloud({ faults: [{ on: "list", fault: "broken-off" }] });
  for (let count = 0; count < 4; count++) await create(cloud.url);
  const broken = await ask(cloud.url, "GET", INSTANCES);
  assert.equal((broken.body.items as []).length, 2);
  assert.equal(broken.body.isComplete, false);
  cloud.faults.add({ on: "list", fault: "cut-short" });
  const cut = await ask(cloud.url, "GET", INSTANCES);
  assert.equal((cut.body.items as []).length, 2);
  assert.equal(cut.body.isComplete, true);
});

test("a delete never finishes, until somebody asks again", async () => {
  await using cloud = await startFakeCloud({ faults: [{ on: "delete", fault: "never-gone" }] });
  const { id } = await create(cloud.url);
  assert.equal(await remove(cloud.url, id), 202);
  assert.equal((await ask(cloud.url, "GET", `${INSTANCES}/${id}`)).body.state, "deleting");
  assert.equal(await remove(cloud.url, id), 202);
  assert.equal((await ask(cloud.url, "GET", `${INSTANCES}/${id}`)).status, 404);
});

test("a delete is denied, and nothing is deleted", async () => {
  await using cloud = await startFakeCloud({ faults: [{ on: "delete", fault: "denied" }] });
  const { id } = await create(cloud.url);
  assert.equal(await remove(cloud.url, id), 403);
  assert.deepEqual(await listed(cloud.url), [id]);
});

test("an id comes to mean something new", async () => {
  await using cloud = await startFakeCloud({ faults: [{ on: "create", fault: "reused-id", chance: 1 }] });
  const first = await create(cloud.url);
  await remove(cloud.url, first.id);
  const second = await create(cloud.url);
  assert.equal(second.id, first.id);
  assert.notEqual(second.uid, first.uid);
});

test("a slow answer comes when its time is over, and so does its effect", async () => {
  const [cloud, faults] = [new Cloud(), new Faults(() => 0)];
  faults.add({ on: "create", fault: "slow", ms: 50 });
  const request = {
    method: "POST",
    url: new URL(`http://cloud/${INSTANCES}`),
    caller: "engine",
    onlyUid: undefined,
    body: "",
  };
  const paused: string[] = [];
  const pause = async (ms: number) => paused.push(`${ms} ms with ${cloud.instances.length} created`);
  const answer = await answerRequest(request, cloud, faults, pause);
  assert.equal(answer !== "lost" && answer.status, 201);
  assert.deepEqual(paused, ["50 ms with 0 created"]);
});

test("chances come to the same with the same seed, and to something else with another", async () => {
  const outcomes = async (seed: number) => {
    await using cloud = await startFakeCloud({
      seed,
      faults: [{ on: "create", fault: "error-before", chance: 0.5 }],
    });
    let told = "";
    for (let count = 0; count < 20; count++) told += (await post(cloud.url)).status === 201 ? "+" : "-";
    return told;
  };
  const first = await outcomes(7);
  assert.match(first, /\+.*-|-.*\+/);
  assert.equal(await outcomes(7), first);
  assert.notEqual(await outcomes(8), first);
});

test("a script is carried out over HTTP, so often and of that caller alone, and is forgotten", async () => {
  await using cloud = await startFakeCloud();
  const script: Fault = { on: "create", fault: "error-before", times: 2, caller: "engine" };
  assert.equal((await ask(cloud.url, "POST", "faults", script)).status, 201);
  const other = await ask(cloud.url, "POST", INSTANCES, {}, { "x-caller": "another" });
  assert.equal(other.status, 201);
  assert.deepEqual([(await post(cloud.url)).status, (await post(cloud.url)).status], [503, 503]);
  assert.equal((await post(cloud.url)).status, 201);
  await ask(cloud.url, "POST", "faults", script);
  assert.deepEqual((await ask(cloud.url, "GET", "faults")).body, { faults: [script] });
  await ask(cloud.url, "DELETE", "faults");
  assert.equal((await post(cloud.url)).status, 201);
});

test("what was made to go wrong is in the journal, before what came of it", async () => {
  await using cloud = await startFakeCloud({ faults: [{ on: "create", fault: "error-after" }] });
  await post(cloud.url);
  assert.deepEqual(await eventsIn(cloud.url), ["engine: create error-after", "engine: created i-1 u-1"]);
});

test("a fault that cannot be meant is refused, and says what can be", async () => {
  await using cloud = await startFakeCloud();
  const refused = async (fault: object) => {
    const { status, body } = await ask(cloud.url, "POST", "faults", fault);
    assert.equal(status, 400);
    return body.detail;
  };
  assert.match(
    String(await refused({ on: "make", fault: "slow" })),
    /`on` is make: use one of account, create/,
  );
  assert.match(String(await refused({ on: "create", fault: "fire" })), /`fault` is fire: use one of slow/);
  assert.equal(
    await refused({ on: "list", fault: "never-gone" }),
    "never-gone happens on delete, not on list",
  );
  assert.match(String(await refused({ on: "list", fault: "slow", chance: 2 })), /from 0 to 1/);
  assert.match(String(await refused({ on: "list", fault: "slow", times: 0 })), /from 1/);
  assert.match(String(await refused({ on: "list", fault: "slow", ms: -1 })), /from 0/);
});
