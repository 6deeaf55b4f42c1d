import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { askCgi } from "../../packages/server/test/support/cgi-process.ts";
import { directoryOnDisk, notOnDisk } from "./disk.ts";
import { type Answer, post } from "./http.ts";
import { type Acknowledged, isSyncedBefore, repliesWith, wrongOrder } from "./reply-order.ts";
import { ServerProcess } from "./server-process.ts";
import { notTraceable, parseStrace, type SystemCall, straceTo } from "./strace.ts";

const skip = notOnDisk() ?? notTraceable();

test("no reply leaves before its commit is synced: one request after the other, in a burst, in a batch", {
  skip,
}, async () => {
  const { calls, result: acknowledged } = await traced("order", async ({ url }) => [
    ...(await tellOne(url, "single-1")),
    ...(await tellOne(url, "single-2")),
    ...(await Promise.all(Array.from({ length: 12 }, (_, number) => tellOne(url, `burst-${number}`)))).flat(),
    ...(await tellBatch(url, ["batch-1", "batch-2", "batch-3"])),
  ]);

  assert.equal(acknowledged.length, 14 * 3 + 3);
  for (const each of acknowledged) assert.equal(wrongOrder(calls, each), undefined);
  for (const { id, earlier } of acknowledged.filter(({ earlier }) => earlier === 2)) {
    assert.equal(repliesWith(calls, id).length, earlier + 1);
  }
});

test("after a kill, what its log holds is synced before a retry is told that it is known", {
  skip,
}, async () => {
  const directory = directoryOnDisk("retry");
  using killed = await ServerProcess.start(directory);
  await tellOne(killed.url, "known");
  killed.kill();
  await killed.died();

  const { calls } = await traced("retry", ({ url }) => tellOne(url, "known", 200), directory);
  assert.equal(isSyncedBefore(calls, "known"), true);
});

test("the same holds for a CGI process, whether it writes or was told before", { skip }, async () => {
  const directory = directoryOnDisk("cgi");
  using killed = await ServerProcess.start(directory);
  await tellOne(killed.url, "known");
  killed.kill();
  await killed.died();

  const ask = async (id: string, status: number) => {
    const file = join(directory, `${id}.txt`);
    const body = { id, ...planOf(id), ...AT };
    const answer = await askCgi(directory, { path: "/v1/resources", body, under: straceTo(file) });
    assert.equal(answer.status, status, answer.stderr);
    return parseStrace(readFileSync(file, "latin1"));
  };
  assert.equal(isSyncedBefore(await ask("known", 200), "known"), true);
  assert.equal(
    wrongOrder(await ask("news", 201), { marker: "intent of news.", id: "news", earlier: 0 }),
    undefined,
  );
  rmSync(directory, { recursive: true });
});

/** Runs a server under strace, and kills it when all is said. */
async function traced<Result>(
  name: string,
  talk: (server: ServerProcess) => Promise<Result>,
  directory = directoryOnDisk(name),
): Promise<{ calls: readonly SystemCall[]; result: Result }> {
  const file = join(directory, "strace.txt");
  try {
    using server = await ServerProcess.start(directory, { under: straceTo(file) });
    const result = await talk(server);
    server.kill();
    await server.died();
    return { calls: parseStrace(readFileSync(file, "latin1")), result };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const AT = { at: "2026-01-01T00:00:00.000Z" };

/** A registration and two reports, each when the one before is acknowledged. */
async function tellOne(url: string, id: string, registered = 201): Promise<Acknowledged[]> {
  const resource = `${url}/v1/resources/${id}`;
  expect(registered, await post(`${url}/v1/resources`, { id, ...planOf(id), ...AT }));
  expect(200, await post(`${resource}/allocated`, { externalId: `machine of ${id}.`, ...AT }));
  expect(200, await post(`${resource}/release-failed`, { reason: `refusal of ${id}.`, ...AT }));
  return ["intent", "machine", "refusal"].map((what, earlier) => ({
    marker: `${what} of ${id}.`,
    id,
    earlier,
  }));
}

const planOf = (id: string) => ({
  application: "crash",
  type: "vm",
  owner: "lpds",
  data: { marker: `intent of ${id}.` },
});

async function tellBatch(url: string, ids: readonly string[]): Promise<Acknowledged[]> {
  const commands = ids.map((id) => ({
    command: "register-intent",
    id,
    ...planOf(id),
    ...AT,
  }));
  expect(200, await post(`${url}/v1/batch`, { commands }));
  return ids.map((id) => ({ marker: `intent of ${id}.`, id, earlier: 0 }));
}

function expect(status: number, answer: Answer): void {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
}
