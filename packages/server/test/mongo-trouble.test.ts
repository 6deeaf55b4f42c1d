import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { Mongod } from "../../store-mongo/test/support/mongod.ts";
import { noProgram } from "../../store-mongo/test/support/program.ts";
import { directoryWith } from "./config/configured.ts";
import { ChildServer } from "./support/child-server.ts";
import { Witness } from "./support/trouble.ts";

const configuredFor = (t: TestContext, { port }: Mongod, more = "") =>
  directoryWith(t, {
    "config.yaml": "store: {use: mongo, config: mongo.yaml}\n",
    "mongo.yaml": `{host: 127.0.0.1, port: ${port}, connect_timeout: 1s, timeout: 2s${more}}\n`,
  });

describe("a server on MongoDB", { skip: noProgram }, () => {
  test("whose database is killed refuses meanwhile, goes on by itself, and has all that it acknowledged", {
    timeout: 120_000,
  }, async (t) => {
    await using mongod = await Mongod.start();
    const child = await ChildServer.start(t, { directory: configuredFor(t, mongod) });
    const witness = new Witness(child);
    for (let round = 1; round <= 2; round++) {
      assert.equal((await witness.register()).status, 201);
      assert.equal(await witness.ready(), 200);
      await mongod.kill();
      witness.refused(await witness.register());
      await child.says(/nothing listens at|does not answer/);
      assert.equal(await witness.ready(), 503);
      assert.equal((await child.send("GET", "/v1/resources")).status, 503, "it is no absence");
      await mongod.launch();
      await mongod.writable();
      assert.equal((await witness.register()).status, 201);
      assert.equal(await witness.ready(), 200);
      await witness.checkAll();
    }
    assert.equal(await child.stop(), 0);
  });

  test("does not start with wrong credentials, and says which settings to change, but no secret", async (t) => {
    const first = { auth: { username: "root", password: "root-secret" } };
    await using mongod = await Mongod.start({ args: ["--auth"], first });
    const directory = configuredFor(t, mongod, ", username: drett, password: wrong-secret");
    const child = new ChildServer({ directory });
    assert.equal(await child.ended, 1);
    const said = child.lines.join("\n");
    assert.match(said, /the database refuses the credentials\n.*`username`, `password` and `auth_source`/);
    assert.doesNotMatch(said, /secret|\n\s+at /);
  });

  test("does not start without its database, and says where it looked", async (t) => {
    await using mongod = await Mongod.start();
    await mongod.kill();
    const child = new ChildServer({ directory: configuredFor(t, mongod) });
    assert.equal(await child.ended, 1);
    assert.match(
      child.lines.join("\n"),
      new RegExp(`nothing listens at 127\\.0\\.0\\.1:${mongod.port}\n.*\`host\` and \`port\``),
    );
  });
});
