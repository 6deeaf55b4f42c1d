import assert from "node:assert/strict";
import { test } from "node:test";
import { MongoClient } from "mongodb";
import { freshName, Mongod } from "./support/mongod.ts";
import { noProgram } from "./support/program.ts";

test("the test server keeps its data over a kill", { skip: noProgram }, async () => {
  await using mongod = await Mongod.start();
  await using client = new MongoClient(mongod.url);
  const kept = client.db(freshName()).collection("kept");
  await kept.insertOne({ here: true }, { writeConcern: { w: "majority", journal: true } });
  await mongod.kill();
  await mongod.launch();
  await mongod.writable();
  assert.equal(await kept.countDocuments(), 1);
});
