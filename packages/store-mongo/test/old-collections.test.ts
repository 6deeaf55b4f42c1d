import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { StoreUnavailable } from "@drett/core";
import {
  Binary,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MongoClient,
  ObjectId,
  Timestamp,
  UUID,
} from "mongodb";
import { oldCollections } from "../src/old-collections.ts";
import { freshName, Mongod } from "./support/mongod.ts";
import { noProgram } from "./support/program.ts";

const ID = "54f0c2a0e4b0a1b2c3d4e5f6";
const UUID_DIGITS = "6f9619ff8b86d011b42d00c04fc964ff";

describe("the collections of a drett 0.1", { skip: noProgram }, () => {
  let mongod: Mongod;
  before(async () => {
    mongod = await Mongod.start();
  });
  after(() => mongod[Symbol.asyncDispose]());

  const settings = (more: object = {}) => ({
    host: "127.0.0.1",
    port: mongod.port,
    db: "drett",
    allocation_collection: "allocations",
    resource_collection: "resources",
    ...more,
  });

  /** Opens a database of its own that holds these. */
  async function opened(allocations: Document[], resources: Document[] = [{ _id: new ObjectId(ID) }]) {
    const db = freshName();
    await using client = new MongoClient(mongod.url);
    await client.db(db).collection("allocations").insertMany(allocations);
    await client.db(db).collection("resources").insertMany(resources);
    return await oldCollections(settings({ db }));
  }

  async function readAll(allocations: Document[]): Promise<unknown[]> {
    const old = await opened(allocations);
    try {
      return await Array.fromAsync(old.read("allocations"));
    } finally {
      await old.close();
    }
  }

  test("are read as the old protocol writes them", async () => {
    const moment = new Date("2014-11-23T10:30:00.123Z");
    const [read] = await readAll([
      {
        _id: new ObjectId(ID),
        date: moment,
        before: new Date(-1),
        text: "árvíz",
        int: new Int32(7),
        double: new Double(0.5),
        long: Long.fromString("9007199254740993"),
        uuid: new UUID(UUID_DIGITS),
        oldUuid: new Binary(Buffer.from(UUID_DIGITS, "hex"), Binary.SUBTYPE_UUID_OLD),
        nothing: null,
        yes: true,
        nested: { list: [new ObjectId(ID), { date: moment }] },
      },
    ]);
    assert.deepEqual(read, {
      _id: { $oid: ID },
      date: { $date: moment.getTime() },
      before: { $date: -1 },
      text: "árvíz",
      int: 7,
      double: 0.5,
      long: { $numberLong: "9007199254740993" },
      uuid: { $uuid: UUID_DIGITS },
      oldUuid: { $uuid: UUID_DIGITS },
      nothing: null,
      yes: true,
      nested: { list: [{ $oid: ID }, { date: { $date: moment.getTime() } }] },
    });
  });

  test("may hold what no old drett wrote, and it can still be shown", async () => {
    const odd = {
      decimal: Decimal128.fromString("1.5"),
      time: new Timestamp({ t: 1, i: 2 }),
      bytes: new Binary(Buffer.from("abc")),
      pattern: /a/,
      notANumber: Number.NaN,
    };
    const [read] = await readAll([{ _id: "vm" as never, ...odd }]);
    assert.equal((read as { _id: unknown })._id, "vm");
    assert.match(JSON.stringify(read), /"decimal":\{"\$numberDecimal":"1\.5"\}/);
  });

  test("are read from the oldest to the newest, and counted", async () => {
    const ids = Array.from({ length: 2_500 }, (_, n) => new ObjectId(n.toString(16).padStart(24, "0")));
    const old = await opened(ids.map((_id) => ({ _id })).toReversed());
    assert.deepEqual(await old.counts(), { allocations: 2_500, resources: 1 });
    const read = await Array.fromAsync(old.read("allocations"));
    assert.deepEqual(
      read.map(({ _id }) => _id),
      ids.map((id) => ({ $oid: id.toHexString() })),
    );
    await old.close();
  });

  async function refusal(more: object): Promise<StoreUnavailable> {
    const error = await oldCollections(settings(more)).then(
      () => assert.fail("they were opened"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof StoreUnavailable, String(error));
    return error;
  }

  test("are refused where one is not there, naming the setting and what is", async () => {
    const db = freshName();
    await using client = new MongoClient(mongod.url);
    await client.db(db).collection("allocations").insertOne({});
    const { message, remedy } = await refusal({ db });
    assert.equal(message, `the database ${db} has no collection resources`);
    assert.equal(remedy, "Correct `resource_collection` or `db`; it has allocations.");
    assert.match((await refusal({ db: freshName() })).remedy, /it has none at all\.$/);
  });

  test("are refused where a setting does not name them", async () => {
    const { message } = await refusal({ allocation_collection: undefined });
    assert.equal(message, "`allocation_collection` is not set");
  });

  test("are refused where nothing listens", async () => {
    const { message, remedy } = await refusal({ port: 1, connect_timeout: 1 });
    assert.match(message, /127\.0\.0\.1:1/);
    assert.match(remedy, /`port`/);
  });

  test("end with the trouble of the database, where it ends in the middle", async () => {
    const old = await opened(Array.from({ length: 5_000 }, () => ({ text: "x".repeat(1_000) })));
    const reading = Array.fromAsync(old.read("allocations"), async (document, place) => {
      if (place === 10) await mongod.kill();
      return document;
    });
    await assert.rejects(reading, StoreUnavailable);
    await old.close();
    await mongod.launch();
    await mongod.writable();
  });
});
