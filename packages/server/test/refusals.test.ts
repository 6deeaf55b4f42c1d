import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  type Change,
  type CommitOutcome,
  LIMITS,
  MemoryStore,
  REFUSALS,
  type RefusalCode,
  StoreUnavailable,
} from "@drett/core";
import { intent, testServer } from "./support/test-server.ts";

const codes = Object.keys(REFUSALS) as RefusalCode[];
const root = fileURLToPath(new URL("../../../", import.meta.url));

test("the document of the errors and the table of the code say the same", () => {
  const document = readFileSync(`${root}docs/errors.md`, "utf8");
  const rows = [...document.matchAll(/^\| `([a-z0-9-]+)` \| (\d{3}) \| (.+) \| (.+) \|$/gm)];
  const documented = rows.map(([, code, status]) => [code, Number(status)]);
  assert.deepEqual(documented.toSorted(), codes.map((code) => [code, REFUSALS[code][0]]).toSorted());
  const anchors = new Set([...document.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id));
  for (const anchor of anchors) assert.ok(codes.includes(anchor as RefusalCode), `${anchor} is no code`);
});

test("every number in the document of the errors is a limit of the code", () => {
  const document = readFileSync(`${root}docs/errors.md`, "utf8");
  const limits = [
    [LIMITS.bodyBytes / 2 ** 20, "MiB"],
    [LIMITS.dataBytes / 2 ** 10, "KiB"],
    [LIMITS.depth, "levels"],
    [LIMITS.labels, "labels"],
    [LIMITS.textCharacters, "characters"],
    [LIMITS.commands, "commands"],
    [LIMITS.resourcesPerAllocation, "resources"],
    [LIMITS.factsPerRecord, "facts"],
    [LIMITS.page, "items"],
  ] as const;
  for (const [limit, unit] of limits) {
    const text = `${limit.toLocaleString("en")} ${unit}`;
    assert.ok(document.includes(text), `the document does not say "${text}"`);
  }
});

test("every refusal is provoked by a test of the server or of core", () => {
  const files = globSync(["packages/server/test/*.test.ts", "packages/core/{src,test}/**/*.test.ts"], {
    cwd: root,
  });
  const tests = files.map((file) => readFileSync(root + file, "utf8")).join("\n");
  const forgotten = codes.filter((code) => !tests.includes(`"${code}"`));
  assert.deepEqual(forgotten, []);
});

test("the codes and remedies are fit to be shown", () => {
  for (const code of codes) {
    const [status, title, remedy] = REFUSALS[code];
    assert.match(code, /^[a-z]+(-[a-z0-9]+)*$/);
    assert.ok(status >= 400 && status < 600);
    assert.match(title, /^\S.*[^.]$/, code);
    assert.match(remedy, /^[A-Z].*\.$/, code);
  }
});

class OddStore extends MemoryStore {
  override async commit(changes: readonly Change[]): Promise<readonly CommitOutcome[]> {
    return this.odd(changes);
  }
  odd: (changes: readonly Change[]) => Promise<readonly CommitOutcome[]> = (changes) => super.commit(changes);
}
const payload = { id: "vm", ...intent };
const post = { method: "POST", url: "/v1/resources", payload } as const;

test("a record that others change again and again is refused as store-contended", async (t) => {
  const store = new OddStore();
  store.odd = async (changes) => changes.map(() => "conflict");
  const { headers } = await testServer(t, { store }).ask(post);
  assert.equal(headers["retry-after"], "1");
  await testServer(t, { store }).refuses(post, "store-contended");
});

test("a store that cannot tell whether it wrote is asked again, and the answer is the first one", async (t) => {
  const store = new OddStore();
  let times = 0;
  store.odd = async (changes) => {
    const outcomes = await MemoryStore.prototype.commit.call(store, changes);
    return times++ === 0 ? outcomes.map(() => "unknown") : outcomes;
  };
  const server = testServer(t, { store });
  const { status, headers } = await server.ask(post);
  assert.deepEqual([status, headers.location], [201, "/v1/resources/vm"]);
  assert.equal(times, 1, "what it finds stored is its own");
});

test("a store that fails is refused as store-unavailable, and what it says stays inside", async (t) => {
  const store = new OddStore();
  store.odd = () => Promise.reject(new StoreUnavailable("secret place", "Look there."));
  const server = testServer(t, { store });
  const body = await server.refuses(post, "store-unavailable");
  assert.doesNotMatch(JSON.stringify(body), /secret/);
  assert.equal(server.errors.length, 1);
});

test("a mistake within is refused as internal-error, and what it says stays inside", async (t) => {
  const store = new OddStore();
  store.odd = () => Promise.reject(new TypeError("secret is not a function"));
  const server = testServer(t, { store });
  const body = await server.refuses(post, "internal-error");
  assert.doesNotMatch(JSON.stringify(body), /secret/);
  assert.equal(server.errors.length, 1);
});

test("more commands than may wait are refused as queue-full, each by itself, and the others are taken", async (t) => {
  const store = new OddStore();
  const server = testServer(t, { store, engine: { queueLimit: 2 } });
  const commands = ["a", "b", "c"].map((id) => ({ command: "register-intent", id, ...intent }));
  const { body } = await server.ask({ method: "POST", url: "/v1/batch", payload: { commands } });
  const results = body.results as { status: number; body: { code?: string } }[];
  assert.deepEqual(
    results.map(({ status, body: { code } }) => [status, code]),
    [
      [201, undefined],
      [201, undefined],
      [503, "queue-full"],
    ],
  );
});

test("a stored record that cannot be read is refused as such, by a command and a read, and harms no other", async (t) => {
  const store = new MemoryStore();
  const server = testServer(t, { store });
  await server.ask(post);
  await server.tell("register-intent", { ...payload, id: "sound" });
  const [stored] = await store.load([{ kind: "resource", id: "vm" }]);
  Object.assign(stored as object, { body: "[{]" });
  const report = { method: "POST", url: "/v1/resources/vm/unknown", payload: { reason: "?" } } as const;
  await server.refuses(report, "record-unreadable");
  await server.refuses({ url: "/v1/resources/vm" }, "record-unreadable");
  assert.equal((await server.look("get-resource", { id: "sound" })).status, 200);
  assert.equal((await server.tell("report-unknown", { id: "sound", reason: "?" })).status, 200);
});
