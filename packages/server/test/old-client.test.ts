import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ChildServer, temporaryDirectory } from "./support/child-server.ts";
import { idOf, tellOld, updated } from "./support/old-protocol.ts";
import { type TestServer, testServer } from "./support/test-server.ts";
import { missing } from "./support/trouble.ts";

const CLIENT = fileURLToPath(new URL("support/old_client.py", import.meta.url));
const owner = { resource_owner: "tester" };

async function begin(server: TestServer, allocation_id: string): Promise<unknown> {
  const told = { allocation_id, application: "test", module: "client", timeout: 600 };
  return tellOld(server, "BeginAllocation", told);
}

async function allocate(
  server: TestServer,
  allocation_oid: unknown,
  resource_type: string,
  resource_id: string,
) {
  const oid = await tellOld(server, "AddResource", { allocation_oid, ...owner, resource_type });
  assert.deepEqual(await tellOld(server, "ResourceAllocated", { oid, resource_id }), updated(1));
  return oid;
}

test("what the old client's own test did comes to what it came to", async (t) => {
  const server = testServer(t);
  const succeed = async (oid: unknown) =>
    assert.deepEqual(await tellOld(server, "AllocationSuccess", { oid }), updated(1));
  const free = async (oid: unknown) =>
    assert.deepEqual(await tellOld(server, "ResourceFreed", { oid }), updated(1));

  const two = await begin(server, "two");
  const [vm, image] = [
    await allocate(server, two, "vm", "vm-1"),
    await allocate(server, two, "image", "image-1"),
  ];
  await succeed(two);
  await free(image);
  await free(vm);

  const one = await begin(server, "one");
  const single = await allocate(server, one, "vm", "vm-2");
  await succeed(one);
  await free(single);

  const another = await begin(server, "one more");
  await allocate(server, another, "vm", "vm-3");
  // The method that sends the label where the id belongs: the old server updated nothing.
  await succeed("one more");
  const attributes = { ...owner, resource_type: "vm", resource_id: "vm-3" };
  assert.deepEqual(await tellOld(server, "ResourceFreedByAttributes", attributes), updated(1));

  const states = async (read: string) =>
    ((await server.look(read)).body.items as { state: string }[]).map(({ state }) => state);
  assert.deepEqual(await states("list-resources"), ["freed", "freed", "freed", "freed"]);
  assert.deepEqual(await states("list-allocations"), ["done", "done", "done"]);
  server.clock.advance(30 * 86_400);
  await server.engine.sweep();
  assert.deepEqual((await server.look("list-findings")).body.items, []);
});

test("a Python client over a socket is answered likewise, on the store that npm start uses", async (t) => {
  const lacking = missing("python3", "--version");
  if (lacking) return t.skip(`${lacking}: apt-get install python3`);
  const child = await ChildServer.start(t, { directory: temporaryDirectory(t) });
  const { stdout } = await promisify(execFile)("python3", [CLIENT, child.url], { timeout: 30_000 });
  const played = JSON.parse(stdout) as { [state: string]: unknown[] };
  for (const [state, oids] of Object.entries(played)) {
    for (const oid of oids) {
      const { text } = await child.send("GET", `/v1/resources/${idOf(oid)}`);
      assert.equal((JSON.parse(text) as { state: string }).state, state);
    }
  }
  const { text } = await child.send("GET", "/v1/allocations");
  const { items } = JSON.parse(text) as { items: { label: string; state: string }[] };
  assert.deepEqual(
    items.map(({ label, state }) => [label, state]),
    [
      ["broken", "failed"],
      ["one more", "done"],
      ["one", "done"],
      ["two", "done"],
    ],
  );
});
