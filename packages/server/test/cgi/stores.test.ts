import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, before, describe, it, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { freshName, Mongod } from "../../../store-mongo/test/support/mongod.ts";
import { noProgram } from "../../../store-mongo/test/support/program.ts";
import { onPostgres } from "../../../store-postgres/test/support/on-postgres.ts";
import { directoryWith } from "../config/configured.ts";
import { askCgi } from "../support/cgi-process.ts";
import { ChildServer } from "../support/child-server.ts";
import { EventStream } from "../support/event-stream.ts";
import { intent } from "../support/test-server.ts";

/** Before any server there is no schema; beside one, several processes at a time write what its streams tell. */
async function serves(t: TestContext, store: object): Promise<void> {
  const directory = directoryWith(t, { "config.yaml": JSON.stringify({ store }) });
  const tooEarly = await askCgi(directory, { path: "/v1/resources" });
  assert.equal(tooEarly.status, 503, tooEarly.text);
  assert.match(tooEarly.stderr, /schema|up to date|drett-server/);

  const server = await ChildServer.start(t, { directory });
  const stream = await EventStream.open(t, server.port);
  const ids = ["vm-1", "vm-2", "vm-3", "vm-4"];
  const answers = await Promise.all(
    ids.map((id) => askCgi(directory, { path: "/v1/resources", body: { ...intent, id } })),
  );
  assert.deepEqual(
    answers.map(({ status, stderr }) => [status, stderr]),
    ids.map(() => [201, ""]),
  );
  const told = (await stream.events(ids.length)) as { resource: string }[];
  assert.deepEqual(told.map(({ resource }) => resource).toSorted(), ids);
  const again = await askCgi(directory, { path: "/v1/resources", body: { ...intent, id: "vm-1" } });
  assert.equal(again.status, 200);
  assert.equal(await server.stop(), 0);
}

describe("CGI processes on MongoDB", { skip: noProgram }, () => {
  let mongod: Mongod;
  before(async () => {
    mongod = await Mongod.start();
  });
  after(() => mongod[Symbol.asyncDispose]());

  it("share it with a server", (t) =>
    serves(t, { use: "mongo", host: "127.0.0.1", port: mongod.port, db: freshName() }));
});

onPostgres("CGI processes", (server) => {
  it("share it with a server", (t) => serves(t, { use: "postgres", ...server().options }));
});

test("a store for one process is refused, and left alone", async (t) => {
  const use = fileURLToPath(new URL("../../../../examples/store-file/src/index.ts", import.meta.url));
  const directory = directoryWith(t, { "config.yaml": JSON.stringify({ store: { use } }) });
  const { status, stderr } = await askCgi(directory, { path: "/v1/resources" });
  assert.equal(status, 503);
  assert.match(stderr, /a file store is for one server alone/);
  assert.deepEqual(readdirSync(directory), ["config.yaml"]);
});
