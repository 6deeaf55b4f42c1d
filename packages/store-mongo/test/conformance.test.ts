import { after, before, describe } from "node:test";
import { testStore } from "@drett/conformance";
import { MongoClient } from "mongodb";
import { openStore } from "../src/index.ts";
import { freshName, Mongod } from "./support/mongod.ts";
import { noProgram } from "./support/program.ts";

for (const replicaSet of [false, true]) {
  const name = replicaSet ? "a replica set of one" : "a server that stands alone";
  describe(`on ${name}`, { skip: noProgram }, () => {
    let mongod: Mongod;
    before(async () => {
      mongod = await Mongod.start({ replicaSet });
    });
    after(() => mongod[Symbol.asyncDispose]());
    testStore(
      "mongo",
      async () => {
        const db = freshName();
        const settings = { host: "127.0.0.1", port: mongod.port, db };
        const open = (restored = false) => openStore(settings, { role: "server", warn() {}, restored });
        return {
          store: await open(),
          reopen: open,
          async dispose() {
            await using client = new MongoClient(mongod.url);
            await client.db(db).dropDatabase();
          },
        };
      },
      { scale: 0.25 },
    );
  });
}
