import assert from "node:assert/strict";
import { test } from "node:test";
import { Engine, openSession } from "@drett/core";
import { openStore } from "@drett/store-sqlite";
import { readConfig } from "../src/config/read-config.ts";
import { runServers } from "../src/servers.ts";
import { SessionLog } from "../src/session-log.ts";
import { temporaryDirectory } from "./support/child-server.ts";

const warn = (message: string) => assert.fail(message);

/** A server that was killed, and left in the store that it is there. */
async function directoryOf(t: Parameters<typeof temporaryDirectory>[0], name: string): Promise<string> {
  const directory = temporaryDirectory(t);
  const store = await openStore({ directory });
  const engine = new Engine({ store, newId: () => "none", name, clock: { now: () => 1_795_000_000_000 } });
  const session = { id: "engine", application: "probe", module: "nova", ttlSeconds: 60 };
  const outcome = await engine.submit(openSession, session, "tester");
  assert.ok("reply" in outcome);
  await store.close();
  return directory;
}

test("the servers on a store are listed, and one that is gone for good is forgotten", async (t) => {
  const config = await readConfig(await directoryOf(t, "node-7:5001"), {});
  const told = await runServers(config, {}, warn);
  assert.equal(told, "node-7:5001  wrote last at 2026-11-18T11:06:40.000Z, by its clock");
  const json = JSON.parse(await runServers(config, { json: true }, warn)) as unknown;
  assert.deepEqual(json, [{ name: "node-7:5001", wrote: "2026-11-18T11:06:40.000Z" }]);
  await assert.rejects(runServers(config, { forget: "node-8:5001" }, warn), /no such server.*--forget/);
  assert.equal(
    await runServers(config, { forget: "node-7:5001" }, warn),
    "no server on this store hears sessions",
  );
});

test("the log names each server that is missing once, and again when it is missing again", () => {
  const said: unknown[] = [];
  const log = new SessionLog({ warn: ({ server }: { server: string }) => said.push(server) } as never);
  for (const missing of [["a"], ["a", "b"], ["a", "b"], [], ["b"]]) log.listened({ lapsed: 0, missing });
  assert.deepEqual(said, ["a", "b", "b"]);
});
