import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Engine, registerIntent } from "@drett/core";
import { openGuest } from "@drett/store-sqlite";
import { ChildServer, temporaryDirectory } from "./support/child-server.ts";
import { EventStream } from "./support/event-stream.ts";
import { intent } from "./support/test-server.ts";

/** What another process does that opens the store of a server for one request. */
async function registerAsGuest(directory: string, input: object): Promise<void> {
  const store = await openGuest({ directory });
  const engine = new Engine({ store, newId: () => "unused" });
  const outcome = await engine.submit(registerIntent, { ...intent, ...input }, "guest");
  assert.ok("reply" in outcome, JSON.stringify(outcome));
  await store.close();
}

async function served(t: TestContext, env = {}) {
  const directory = temporaryDirectory(t);
  return { directory, child: await ChildServer.start(t, { directory, env }) };
}

test("the event streams of a server tell what guests of its store commit", async (t) => {
  const { directory, child } = await served(t);
  const stream = await EventStream.open(t, child.port);
  for (const id of ["vm-1", "vm-2", "vm-3"]) await registerAsGuest(directory, { id });
  await child.send("POST", "/v1/resources", { id: "vm-4", ...intent });
  const told = (await stream.events(4)) as { resource: string; fact: { actor: string } }[];
  assert.deepEqual(
    told.map(({ resource, fact }) => [resource, fact.actor]),
    [
      ["vm-1", "guest"],
      ["vm-2", "guest"],
      ["vm-3", "guest"],
      ["vm-4", "local"],
    ],
  );
});

test("an idle stream hears of a guest's facts within the time of a look", async (t) => {
  const { directory, child } = await served(t);
  const stream = await EventStream.open(t, child.port);
  await registerAsGuest(directory, { id: "vm" });
  assert.equal((await stream.events(1)).length, 1);
});

test("the server's sweep finds what a guest left behind", async (t) => {
  const { directory, child } = await served(t, { DRETT_SWEEP: "1s" });
  await registerAsGuest(directory, { id: "vm", timeoutSeconds: 1 });
  let found: readonly { kind: string }[] = [];
  for (let looks = 0; looks < 600 && found.length === 0; looks++) {
    await wait(50);
    const { text } = await child.send("GET", "/v1/findings");
    found = (JSON.parse(text) as { items: typeof found }).items;
  }
  assert.deepEqual(
    found.map(({ kind }) => kind),
    ["overdue-intent"],
  );
});
