import assert from "node:assert/strict";
import { test } from "node:test";
import { type FakeCloudSettings, fakeCloudProvider, plugin, startFakeCloud } from "../src/index.ts";
import { create, eventsIn, listed } from "./asking.ts";

const { signal } = new AbortController();

const settingsOf = (url: string, other: Partial<FakeCloudSettings> = {}): FakeCloudSettings => ({
  url,
  account: "main",
  caller: "drett",
  tag: "drett",
  findable: "searched",
  identity: "guarded",
  lag: 0,
  ...other,
});

const subject = (id: string, since = 0) => ({ id, type: "vm", owner: "lpds", application: "probe", since });
const target = (id: string, externalId: string, since = 0) => ({ ...subject(id, since), externalId });

test("it frees, looks at, finds and lists what carries drett's id", async () => {
  await using cloud = await startFakeCloud();
  const provider = fakeCloudProvider(settingsOf(cloud.url));
  const { id } = await create(cloud.url, { tags: { drett: "d1" } });
  await create(cloud.url, { tags: { colour: "red" } });
  assert.deepEqual(await provider.sees(undefined, signal), { answer: "yes", as: "drett" });
  assert.deepEqual(await provider.find?.(subject("d1"), signal), { answer: "found", externalIds: [id] });
  assert.deepEqual(await provider.find?.(subject("d2"), signal), { answer: "found", externalIds: [] });
  assert.deepEqual(await provider.list?.(undefined, signal), {
    answer: "listed",
    things: [{ id: "d1", externalId: id }],
    isComplete: true,
  });
  assert.deepEqual(await provider.look?.(target("d1", id), signal), { answer: "present" });
  assert.deepEqual(await provider.free(target("d1", id), signal), { answer: "accepted" });
  assert.deepEqual(await provider.look?.(target("d1", id), signal), { answer: "gone" });
  assert.deepEqual(await provider.free(target("d1", id), signal), { answer: "accepted" });
});

test("a create that was carried out twice is found twice", async () => {
  await using cloud = await startFakeCloud();
  const ids = [
    await create(cloud.url, { tags: { drett: "d1" } }),
    await create(cloud.url, { tags: { drett: "d1" } }),
  ];
  const found = await fakeCloudProvider(settingsOf(cloud.url)).find?.(subject("d1"), signal);
  assert.deepEqual(found, { answer: "found", externalIds: ids.map(({ id }) => id) });
});

test("guarded, what came to have the id is gone to it, and stays", async () => {
  await using cloud = await startFakeCloud({ ids: "reused" });
  const provider = fakeCloudProvider(settingsOf(cloud.url));
  const { id } = await create(cloud.url, { tags: { drett: "d2" } });
  assert.deepEqual(await provider.look?.(target("d1", id), signal), { answer: "gone" });
  assert.deepEqual(await provider.free(target("d1", id), signal), { answer: "accepted" });
  assert.deepEqual(await listed(cloud.url), [id]);
});

test("guarded, what carries no drett id may be the one that is meant: nobody can tell, and it stays", async () => {
  await using cloud = await startFakeCloud();
  const provider = fakeCloudProvider(settingsOf(cloud.url));
  const { id } = await create(cloud.url, { tags: {} });
  assert.equal((await provider.look?.(target("d1", id), signal))?.answer, "cannot-tell");
  assert.equal((await provider.free(target("d1", id), signal)).answer, "cannot-tell");
  assert.deepEqual(await listed(cloud.url), [id]);
});

test("guarded, what comes to have the id between the look and the delete stays", async () => {
  await using cloud = await startFakeCloud({ ids: "reused" });
  const provider = fakeCloudProvider(settingsOf(cloud.url));
  const { id } = await create(cloud.url, { tags: { drett: "d1" } });
  const none = { by: "engine", faults: new Map() };
  cloud.faults.add({ on: "delete", fault: "slow", ms: 200 });
  const freeing = provider.free(target("d1", id), signal);
  // The delete is on its way, with the uid of what was seen, once its fault is noted.
  while (!(await eventsIn(cloud.url)).includes("drett: delete slow"));
  cloud.cloud.delete("main", id, undefined, none);
  cloud.cloud.create("main", { tags: { drett: "d2" } }, none);
  assert.deepEqual(await freeing, { answer: "accepted" });
  assert.deepEqual(await listed(cloud.url), [id]);
});

test("not guarded, it deletes whatever has the id: that is why nothing of the sort is freed by a policy alone", async () => {
  await using cloud = await startFakeCloud({ ids: "reused" });
  const { id } = await create(cloud.url, { tags: { drett: "d2" } });
  await fakeCloudProvider(settingsOf(cloud.url, { identity: "reused" })).free(target("d1", id), signal);
  assert.deepEqual(await listed(cloud.url), []);
});

test("what is not found, and is younger than the lag, cannot be told", async () => {
  let now = 10_000;
  await using cloud = await startFakeCloud();
  const provider = fakeCloudProvider(settingsOf(cloud.url, { lag: 5 }), () => now);
  const asked = async () => [
    (await provider.find?.(subject("d1", 10_000), signal))?.answer,
    (await provider.look?.(target("d1", "i-9", 10_000), signal))?.answer,
  ];
  assert.deepEqual(await asked(), ["cannot-tell", "cannot-tell"]);
  now = 14_999;
  assert.deepEqual(await asked(), ["cannot-tell", "cannot-tell"]);
  now = 15_000;
  assert.deepEqual(await asked(), ["found", "gone"]);
});

test("one thing that is found of a young intent proves nothing of a second one", async () => {
  await using cloud = await startFakeCloud();
  await create(cloud.url, { tags: { drett: "d1" } });
  cloud.faults.add({ on: "create", fault: "unlisted" });
  await create(cloud.url, { tags: { drett: "d1" } });
  const provider = fakeCloudProvider(settingsOf(cloud.url, { lag: 5 }), () => 14_999);
  assert.equal((await provider.find?.(subject("d1", 10_000), signal))?.answer, "cannot-tell");
});

test("a listing that broke off tells nothing of what it does not hold", async () => {
  await using cloud = await startFakeCloud({ faults: [{ on: "list", fault: "broken-off", chance: 1 }] });
  const provider = fakeCloudProvider(settingsOf(cloud.url));
  await create(cloud.url, { tags: { drett: "d1" } });
  const found = await provider.find?.(subject("d1"), signal);
  assert.deepEqual(found, { answer: "cannot-tell", reason: "the listing is not complete" });
  const listing = await provider.list?.(undefined, signal);
  assert.deepEqual(listing, { answer: "listed", things: [], isComplete: false });
});

test("it reads all pages", async () => {
  await using cloud = await startFakeCloud();
  const none = { by: "engine", faults: new Map() };
  for (let count = 0; count < 1_001; count++)
    cloud.cloud.create("main", { tags: { drett: `d${count}` } }, none);
  const listing = await fakeCloudProvider(settingsOf(cloud.url)).list?.(undefined, signal);
  assert.equal(listing?.answer === "listed" && listing.things.length, 1_001);
});

test("named, it finds by name, and nothing that does not carry the id", async () => {
  await using cloud = await startFakeCloud({ ids: "named" });
  const provider = fakeCloudProvider(settingsOf(cloud.url, { findable: "named" }));
  await create(cloud.url, { name: "d1", tags: { drett: "d1" } });
  await create(cloud.url, { name: "d2" });
  const found = async (id: string) => provider.find?.(subject(id), signal);
  assert.deepEqual(await found("d1"), { answer: "found", externalIds: ["d1"] });
  assert.deepEqual(await found("d2"), { answer: "found", externalIds: [] });
  assert.deepEqual(await found("d3"), { answer: "found", externalIds: [] });
});

test("where it cannot find, it offers no `find`", async () => {
  const provider = fakeCloudProvider(settingsOf("http://127.0.0.1:1", { findable: "no" }));
  assert.equal(provider.find, undefined);
});

test("each refusal is answered as what it is", async () => {
  await using cloud = await startFakeCloud();
  const provider = fakeCloudProvider(settingsOf(cloud.url, { identity: "unique" }));
  const { id } = await create(cloud.url, { tags: { drett: "d1" } });
  const free = () => provider.free(target("d1", id), signal);
  cloud.faults.add({ on: "delete", fault: "throttled", ms: 2_000 });
  assert.deepEqual(await free(), {
    answer: "later",
    reason: "429 throttled: too many requests",
    afterSeconds: 2,
  });
  cloud.faults.add({ on: "delete", fault: "denied" });
  assert.deepEqual(await free(), { answer: "denied", reason: "403 denied: this may not be done" });
  cloud.faults.add({ on: "delete", fault: "lost-reply" });
  assert.equal((await free()).answer, "cannot-tell");
  cloud.faults.add({ on: "account", fault: "denied" });
  assert.equal((await provider.sees(undefined, signal)).answer, "no");
  assert.equal((await provider.sees("elsewhere", signal)).answer, "no");
  cloud.faults.add({ on: "account", fault: "error-before" });
  assert.equal((await provider.sees(undefined, signal)).answer, "cannot-tell");
  cloud.faults.add({ on: "describe", fault: "error-before" });
  assert.equal((await provider.look?.(target("d1", id), signal))?.answer, "cannot-tell");
});

test("it ends when it is told to, and cannot tell then", async () => {
  await using cloud = await startFakeCloud({ faults: [{ on: "describe", fault: "slow", ms: 30_000 }] });
  const provider = fakeCloudProvider(settingsOf(cloud.url));
  const ended = provider.look?.(target("d1", "i-1"), AbortSignal.timeout(20));
  assert.equal((await ended)?.answer, "cannot-tell");
});

test("the plug-in opens it, and refuses what is no address", async () => {
  await using cloud = await startFakeCloud();
  const opening = { directory: "/", warn: () => {} };
  const { url, ...settings } = settingsOf(cloud.url);
  const provider = await plugin.open({ url, ...settings }, opening);
  assert.equal((await provider.sees(undefined, signal)).answer, "yes");
  await assert.rejects(plugin.open({ ...settings, url: undefined }, opening), /url is missing/);
  await assert.rejects(plugin.open({ ...settings, url: "cloud" }, opening), /url is cloud/);
});
