import assert from "node:assert/strict";
import { test } from "node:test";
import { addKey, revokeKeys } from "../src/access/change-keys.ts";
import { keyFileIn } from "../src/access/key-file.ts";
import { hashOf } from "../src/access/key-text.ts";
import { ChildServer, temporaryDirectory } from "./support/child-server.ts";
import { EventStream } from "./support/event-stream.ts";
import { bearer } from "./support/keyed-server.ts";
import { intent } from "./support/test-server.ts";

test("no line of the log at any level holds a key, wherever a request puts it", async (t) => {
  const directory = temporaryDirectory(t);
  const path = keyFileIn(directory);
  const roles = ["read" as const, "report" as const];
  const good = addKey(path, { name: "good", roles }, Date.now());
  const ended = addKey(path, { name: "ended", roles }, Date.now());
  revokeKeys(path, "ended", Date.now());
  const wrong = good.slice(0, -64) + hashOf("guess");
  const child = await ChildServer.start(t, { directory, env: { DRETT_LOG_LEVEL: "trace" } });
  for (const key of [good, ended, wrong]) {
    const basic = `Basic ${Buffer.from(`me:${key}`).toString("base64")}`;
    for (const authorization of [`Bearer ${key}`, `bearer  ${key}`, basic, key, `Digest ${key}`]) {
      const headers = { authorization, "content-type": "application/json", "x-request-id": key };
      for (const url of [
        "/v1/resources",
        `/v1/resources/${key}`,
        `/v1/resources?api_key=${key}`,
        `/${key}`,
      ]) {
        await fetch(child.url + url, { headers });
      }
      for (const url of ["/v1/resources", "/drett", "/v1/batch"]) {
        const body = JSON.stringify({ id: key, cmd: key, [key]: key, commands: [{ command: key }] });
        await fetch(child.url + url, { method: "POST", headers, body });
      }
      // What breaks while it is read has lines of its own.
      await fetch(`${child.url}/v1/resources`, { method: "POST", headers, body: key });
    }
  }
  child.process.kill("SIGHUP");
  assert.equal(await child.stop(), 0);
  const said = child.lines.join("\n");
  assert.ok(child.lines.length > 50, "the log tells of the requests");
  for (const key of [good, ended, wrong]) {
    assert.ok(!said.includes(key.slice(-64)), "the secret of a key is in the log");
    assert.ok(!said.includes(Buffer.from(`me:${key}`).toString("base64").slice(0, 60)));
  }
});

test("the stream of a key ends when the key does", async (t) => {
  const directory = temporaryDirectory(t);
  const path = keyFileIn(directory);
  const keep = addKey(path, { name: "keep", roles: ["read", "report"] }, Date.now());
  const end = addKey(path, { name: "end", roles: ["read"] }, Date.now());
  const child = await ChildServer.start(t, { directory });
  const [kept, ended] = [
    await EventStream.open(t, child.port, { headers: bearer(keep) }),
    await EventStream.open(t, child.port, { headers: bearer(end) }),
  ];
  assert.match(ended.head, /^HTTP\/1.1 200/);
  revokeKeys(path, "end", Date.now());
  await ended.ended;
  const body = JSON.stringify({ id: "vm", ...intent });
  const headers = { ...bearer(keep), "content-type": "application/json" };
  await fetch(`${child.url}/v1/resources`, { method: "POST", headers, body });
  assert.equal((await kept.events(1)).length, 1, "the other one goes on");
  const refused = await EventStream.open(t, child.port, { headers: bearer(end) });
  assert.match(refused.head, /^HTTP\/1.1 401/);
});
