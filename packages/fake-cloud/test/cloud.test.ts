import assert from "node:assert/strict";
import { test } from "node:test";
import { startFakeCloud } from "../src/index.ts";
import { ask, create, eventsIn, listed, remove } from "./asking.ts";

test("what was created can be described, found by its tag, and listed", async () => {
  await using cloud = await startFakeCloud();
  const one = await create(cloud.url, { name: "web", tags: { drett: "d1" } });
  const other = await create(cloud.url, { tags: { drett: "d2:x" } });
  const { body } = await ask(cloud.url, "GET", `accounts/main/instances/${one.id}`);
  assert.deepEqual(body, one);
  assert.equal(one.name, "web");
  assert.deepEqual(await listed(cloud.url, "tag=drett:d1"), [one.id]);
  assert.deepEqual(await listed(cloud.url, "tag=drett:d2:x"), [other.id]);
  assert.deepEqual(await listed(cloud.url, "tag=drett"), [one.id, other.id]);
  assert.deepEqual(await listed(cloud.url, "tag=colour"), []);
  assert.deepEqual(await listed(cloud.url), [one.id, other.id]);
});

test("a list comes in pages, and nothing that goes meanwhile makes it skip what stays", async () => {
  await using cloud = await startFakeCloud();
  const ids: string[] = [];
  for (let count = 0; count < 5; count++) ids.push((await create(cloud.url)).id);
  const first = await ask(cloud.url, "GET", "accounts/main/instances?limit=2");
  await remove(cloud.url, ids[0] as string);
  const second = await ask(
    cloud.url,
    "GET",
    `accounts/main/instances?limit=2&cursor=${String(first.body.next)}`,
  );
  assert.deepEqual(
    (second.body.items as { id: string }[]).map(({ id }) => id),
    ids.slice(2, 4),
  );
  const last = await ask(
    cloud.url,
    "GET",
    `accounts/main/instances?limit=2&cursor=${String(second.body.next)}`,
  );
  assert.equal(last.body.next, null);
});

test("a deleted thing is there, deleting, until it is gone", async () => {
  let now = 1_000;
  await using cloud = await startFakeCloud({ now: () => now, deleteMs: 500 });
  const { id } = await create(cloud.url);
  assert.equal(await remove(cloud.url, id), 202);
  const path = `accounts/main/instances/${id}`;
  assert.equal((await ask(cloud.url, "GET", path)).body.state, "deleting");
  now = 1_499;
  assert.equal((await ask(cloud.url, "GET", path)).status, 200);
  now = 1_500;
  assert.equal((await ask(cloud.url, "GET", path)).status, 404);
  assert.equal(await remove(cloud.url, id), 404);
  assert.deepEqual(await listed(cloud.url), []);
});

test("one token is one thing, and with another request it is refused", async () => {
  await using cloud = await startFakeCloud();
  const plan = { token: "t", tags: { drett: "d1" } };
  const first = await create(cloud.url, plan);
  const again = await ask(cloud.url, "POST", "accounts/main/instances", plan);
  assert.equal(again.status, 200);
  assert.equal(again.body.id, first.id);
  const other = await ask(cloud.url, "POST", "accounts/main/instances", { token: "t" });
  assert.equal(other.body.code, "token-mismatch");
  assert.deepEqual(await listed(cloud.url), [first.id]);
});

test("a cloud that knows no tokens creates as often as it is asked", async () => {
  await using cloud = await startFakeCloud({ tokens: false });
  const [one, other] = [await create(cloud.url, { token: "t" }), await create(cloud.url, { token: "t" })];
  assert.notEqual(one.id, other.id);
});

test("ids come back where the cloud reuses them, uids never do", async () => {
  await using cloud = await startFakeCloud({ ids: "reused" });
  const first = await create(cloud.url);
  await remove(cloud.url, first.id);
  const second = await create(cloud.url);
  assert.equal(second.id, first.id);
  assert.notEqual(second.uid, first.uid);
});

test("where the name is the id, there is one of a name at a time", async () => {
  await using cloud = await startFakeCloud({ ids: "named" });
  const first = await create(cloud.url, { name: "web" });
  assert.equal(first.id, "web");
  const taken = await ask(cloud.url, "POST", "accounts/main/instances", { name: "web" });
  assert.equal(taken.body.code, "name-taken");
  await remove(cloud.url, "web");
  assert.notEqual((await create(cloud.url, { name: "web" })).uid, first.uid);
});

test("a delete that names a uid touches nothing else", async () => {
  await using cloud = await startFakeCloud({ ids: "reused" });
  const { id, uid } = await create(cloud.url);
  const path = `accounts/main/instances/${id}`;
  const refused = await ask(cloud.url, "DELETE", path, undefined, { "if-match": "u-other" });
  assert.equal(refused.status, 412);
  assert.deepEqual(await listed(cloud.url), [id]);
  assert.equal((await ask(cloud.url, "DELETE", path, undefined, { "if-match": uid })).status, 202);
});

test("what is protected is not deleted", async () => {
  await using cloud = await startFakeCloud();
  const { id } = await create(cloud.url, { isProtected: true });
  assert.equal(await remove(cloud.url, id), 403);
  assert.deepEqual(await listed(cloud.url), [id]);
});

test("accounts know nothing of one another, and one that is not there is denied", async () => {
  await using cloud = await startFakeCloud({ accounts: ["main", "other"] });
  const { id } = await create(cloud.url);
  assert.equal((await ask(cloud.url, "GET", `accounts/other/instances/${id}`)).status, 404);
  assert.equal((await ask(cloud.url, "GET", "accounts/other")).status, 200);
  assert.equal((await ask(cloud.url, "GET", "accounts/third")).body.code, "no-such-account");
});

test("the journal tells in order what happened, and who did it", async () => {
  let now = 0;
  await using cloud = await startFakeCloud({ now: () => now, deleteMs: 10 });
  await create(cloud.url, { token: "t" });
  await ask(cloud.url, "POST", "accounts/main/instances", { token: "t" });
  await ask(cloud.url, "DELETE", "accounts/main/instances/i-1", undefined, { "x-caller": "drett" });
  now = 100;
  await create(cloud.url, { isProtected: true });
  await remove(cloud.url, "i-2");
  assert.deepEqual(await eventsIn(cloud.url), [
    "engine: created i-1 u-1",
    "engine: replayed i-1 u-1",
    "drett: deleting i-1 u-1",
    "drett: gone i-1 u-1",
    "engine: created i-2 u-2",
    "engine: refused i-2 u-2",
  ]);
});

test("a request that cannot be meant is refused by name", async () => {
  await using cloud = await startFakeCloud();
  const post = async (body: object) =>
    (await ask(cloud.url, "POST", "accounts/main/instances", body)).body.detail;
  assert.equal(await post({ nam: "web", tags: { drett: 1 } }), "cannot be used: nam, tags");
  assert.equal((await ask(cloud.url, "GET", "accounts/main/instances?limit=all")).status, 400);
  assert.equal((await ask(cloud.url, "PUT", "accounts/main")).status, 404);
  assert.equal((await ask(cloud.url, "GET", "elsewhere")).status, 404);
});
