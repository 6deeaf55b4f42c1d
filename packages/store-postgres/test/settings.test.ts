import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openStore, type PostgresOptions, plugin } from "../src/index.ts";
import type { PostgresSettings } from "../src/settings.ts";
import { targetOf } from "../src/target.ts";
import { refusal } from "./support/refusal.ts";

const target = (options: PostgresOptions) => targetOf(options as PostgresSettings);
const isOpenedBy = (options: PostgresOptions) => openStore(options);

describe("the settings of a PostgreSQL store", () => {
  it("say what each means", () => {
    for (const [name, { meaning }] of Object.entries(plugin.settings)) assert.notEqual(meaning, "", name);
  });

  it("have defaults for the place", () => {
    const { host, port, database, user, password, tls } = target({});
    assert.deepEqual(
      [host, port, database, user, password, tls],
      ["localhost", 5432, "drett", "drett", "", false],
    );
  });

  it("may be given as an address", () => {
    const url = "postgresql://jo%40x:p%3Ass@db.example:6543/records";
    const { host, port, database, user, password } = target({ url });
    assert.deepEqual([host, port, database, user, password], ["db.example", 6543, "records", "jo@x", "p:ss"]);
    assert.equal(target({ url: "postgres:///x?host=/run/postgresql" }).host, "/run/postgresql");
    const { host: folder, user: peer } = target({ url: "postgres://jo@/x?host=/run/postgresql" });
    assert.deepEqual([folder, peer], ["/run/postgresql", "jo"]);
    assert.equal(target({ url: "postgres://[::1]/x" }).host, "::1");
  });

  it("verify the certificate of any other machine, unless told not to", () => {
    for (const host of ["localhost", "127.0.0.1", "::1", "/run/postgresql"])
      assert.equal(target({ host }).tls, false);
    assert.deepEqual(target({ host: "db.example" }).tls, { rejectUnauthorized: true });
    assert.deepEqual(target({ url: "postgres://db.example/x?sslmode=require" }).tls, {
      rejectUnauthorized: false,
    });
    assert.equal(target({ host: "db.example", sslmode: "disable" }).tls, false);
  });

  const file = join(tmpdir(), `drett-no-pem-${process.pid}`);
  writeFileSync(file, "no certificate");
  const url = "postgres://db.example/drett";
  const refusals: readonly [why: string, options: PostgresOptions, message: RegExp, remedy: RegExp][] = [
    ["another scheme", { url: "mysql://db/x" }, /`url` is no address/, /postgresql:\/\/user/],
    ["no address", { url: "db.example" }, /`url` is no address/, /%-encoding/],
    ["a stray %", { url: "postgres://u:50%@db/x" }, /`url` has a %/, /%-encoding/],
    [
      "an unknown parameter",
      { url: `${url}?sslmod=require` },
      /parameter "sslmod"/,
      /Did you mean sslmode\?/,
    ],
    ["an unknown mode", { url: `${url}?sslmode=prefer` }, /`sslmode` is "prefer"/, /verify-full/],
    ["a host beside the address", { url, host: "other" }, /`url` and `host`/, /remove `url` or `host`/],
    [
      "a password beside the address",
      { url, password: "x" },
      /`url` and `password`/,
      /remove `url` or `password`/,
    ],
    [
      "two modes",
      { url: `${url}?sslmode=require`, sslmode: "disable" },
      /`url` and `sslmode`/,
      /in one place/,
    ],
    [
      "a certificate without its key",
      { url, sslcert: file },
      /`sslcert` and `sslkey` belong together/,
      /both/,
    ],
    [
      "TLS over a socket",
      { host: "/run/postgresql", sslmode: "require" },
      /folder of a socket/,
      /sslmode: disable/,
    ],
    [
      "authorities without TLS",
      { url, sslmode: "disable", sslrootcert: file },
      /`sslmode: disable` and `sslrootcert`/,
      /verify-full/,
    ],
    [
      "authorities that nobody asks",
      { url, sslmode: "require", sslrootcert: file },
      /checks no certificate/,
      /verify-full/,
    ],
    ["a file that is no PEM", { url, sslrootcert: file }, /`sslrootcert` is no PEM file/, /`sslrootcert`/],
    [
      "a missing file",
      { url, sslrootcert: "/nowhere" },
      /`sslrootcert` cannot be read.*ENOENT/,
      /`sslrootcert`/,
    ],
    [
      "a password of nobody",
      { host: "localhost", migration_password: "x" },
      /without `migration_user`/,
      /`migration_user`/,
    ],
  ];
  for (const [why, options, message, remedy] of refusals) {
    it(`are refused with ${why}`, async () => {
      await assert.rejects(isOpenedBy(options), refusal(message, remedy));
    });
  }

  it("never show a password", async () => {
    for (const options of [{ url: "mysql://u:hunter2@db/x" }, { url: "postgres://u:hunter2%@db/x" }]) {
      await assert.rejects(
        isOpenedBy(options),
        (error: Error) => !JSON.stringify([error.message, error.stack]).includes("hunter2"),
      );
    }
  });
});
