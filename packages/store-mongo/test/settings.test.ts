import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { StoreUnavailable } from "@drett/core";
import { type MongoSettings, plugin } from "../src/index.ts";
import { targetOf } from "../src/target.ts";
import { refusal } from "./support/refusal.ts";

type Given = Partial<MongoSettings>;

describe("the settings of a MongoDB store", () => {
  it("say what each means", () => {
    for (const [name, { meaning }] of Object.entries(plugin.settings)) assert.notEqual(meaning, "", name);
  });

  it("have defaults for the place", () => {
    const { where, name, prefix, timeoutMs } = targetOf({});
    assert.deepEqual([where, name, prefix, timeoutMs], ["localhost:27017", "drett", "drett_", 10_000]);
  });

  it("are those of the old drett", () => {
    const old = { allocation_collection: "allocations", resource_collection: "resources" };
    const { where, name } = targetOf({ host: "db.example", port: 27_018, db: "old-drett", ...old });
    assert.deepEqual([where, name], ["db.example:27018", "old-drett"]);
  });

  it("may name several hosts and the database in one string", () => {
    const { where, name, client } = targetOf({
      connection_string: "mongodb://jo:secret@a.example:1,b.example:2/records?replicaSet=rs&authSource=admin",
    });
    assert.deepEqual([where, name], ["a.example:1,b.example:2", "records"]);
    assert.equal(client.options.replicaSet, "rs");
    assert.equal(client.options.credentials?.source, "admin");
  });

  it("do not let go of what drett promises", () => {
    const { client } = targetOf({});
    assert.equal(client.options.readConcern?.level, "majority");
    assert.equal(client.options.readPreference.mode, "primary");
    assert.equal(client.options.retryWrites, false);
  });

  const file = join(tmpdir(), `drett-no-pem-${process.pid}`);
  writeFileSync(file, "no certificate");
  const connection_string = "mongodb://db.example/records";
  const refusals: readonly [why: string, given: Given, message: RegExp, remedy: RegExp][] = [
    [
      "another scheme",
      { connection_string: "postgres://db/x" },
      /`connection_string` cannot be read/,
      /mongodb:\/\//,
    ],
    ["no string", { connection_string: "db.example" }, /`connection_string` cannot be read/, /mongodb:\/\//],
    ["no host", { host: "a b" }, /`host` is "a b"/, /a name or an address/],
    [
      "a host beside the string",
      { connection_string, host: "x" },
      /`connection_string` and `host`/,
      /one of them/,
    ],
    [
      "a port beside the string",
      { connection_string, port: 1 },
      /`connection_string` and `port`/,
      /one of them/,
    ],
    [
      "two databases",
      { connection_string, db: "other" },
      /database records, and `db` names other/,
      /one of them/,
    ],
    [
      "two users",
      { connection_string: "mongodb://a:secret@db/", username: "b", password: "secret" },
      /both name a user/,
      /one of them/,
    ],
    ["a user without a password", { username: "jo" }, /`password` is not/, /Set `password`/],
    ["a password without a user", { password: "secret" }, /`username` is not/, /Set `username`/],
    ["weaker writes", { connection_string: `${connection_string}?w=1` }, /sets w,/, /Take it out/],
    [
      "no journal",
      { connection_string: `${connection_string}?journal=false` },
      /sets journal,/,
      /Take it out/,
    ],
    [
      "reads from others",
      { connection_string: `${connection_string}?readPreference=secondary` },
      /sets readPreference,/,
      /Take it out/,
    ],
    [
      "a word that the driver does not know",
      { connection_string: `${connection_string}?tlss=true` },
      /tlss/,
      /Correct/,
    ],
    [
      "certificates without TLS",
      { tls: false, tls_ca_file: file },
      /`tls` is off, and `tls_ca_file`/,
      /one of/,
    ],
    ["a certificate that is not there", { tls_ca_file: "/nowhere" }, /`tls_ca_file` cannot be read/, /path/],
    ["MongoDB's own database", { db: "admin" }, /`db` is admin/, /another database/],
    ["a name that MongoDB refuses", { db: "a.b" }, /`db` is "a\.b"/, /letters, digits/],
    ["a prefix that MongoDB refuses", { prefix: "$x" }, /`prefix` is "\$x"/, /letters, digits/],
    ["no prefix", { prefix: "" }, /`prefix` is ""/, /letter/],
    [
      "an old collection that is a new one",
      { allocation_collection: "drett_records" },
      /`allocation_collection` is drett_records/,
      /Change it, or `prefix`/,
    ],
  ];
  for (const [why, given, message, remedy] of refusals) {
    it(`refuse ${why}`, () => {
      assert.throws(() => targetOf(given), refusal(message, remedy));
    });
  }

  it("never show a password in a refusal", () => {
    const strings = [
      "mongodb://jo:secret@/x",
      "mongodb://jo:se/cret@db/x",
      "mongodb://jo:secret@db:notaport/x",
    ];
    for (const connection_string of [...strings, "mongodb://jo:secret@db/x?w=1&tls=maybe"]) {
      assert.throws(
        () => targetOf({ connection_string }),
        (error) => {
          assert.ok(error instanceof StoreUnavailable);
          assert.doesNotMatch(`${error.message} ${error.remedy} ${String(error.cause)}`, /secret|cret/);
          return true;
        },
        connection_string,
      );
    }
  });
});
