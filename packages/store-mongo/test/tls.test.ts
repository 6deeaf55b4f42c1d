import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NO_OPENSSL } from "@drett/conformance";
import { type MongoSettings, openStore } from "../src/index.ts";
import { mongoCertificates } from "./support/certificates.ts";
import { freshName, Mongod } from "./support/mongod.ts";
import { noProgram } from "./support/program.ts";
import { refusal } from "./support/refusal.ts";

describe("a MongoDB that speaks TLS", { skip: noProgram ?? NO_OPENSSL }, () => {
  it("is spoken to by whoever trusts its authority, and has the certificate that it asks for", async () => {
    using certificates = mongoCertificates();
    const { file } = certificates;
    const args = [
      "--tlsMode",
      "requireTLS",
      "--tlsCertificateKeyFile",
      file("server.pem"),
      "--tlsCAFile",
      file("ca.crt"),
    ];
    const client = { tls: true, tlsCAFile: file("ca.crt"), tlsCertificateKeyFile: file("client.pem") };
    await using mongod = await Mongod.start({ args, client });
    const place = { host: "127.0.0.1", port: mongod.port, db: freshName(), connect_timeout: 2 };
    const own = { tls_certificate_key_file: file("client.pem") };
    const open = (settings: Partial<MongoSettings>) => openStore({ ...place, ...settings });

    await (await open({ ...own, tls_ca_file: file("ca.crt") })).close();
    const refused: readonly [settings: Partial<MongoSettings>, message: RegExp, remedy: RegExp][] = [
      [{ ...own, tls: true }, /cannot be trusted/, /`tls_ca_file`/],
      [{ ...own, tls_ca_file: file("other-ca.crt") }, /cannot be trusted/, /`tls_ca_file`/],
      [{ tls_ca_file: file("ca.crt") }, /does not answer|speaks no TLS/, /`tls`|`tls_certificate_key_file`/],
      [{}, /does not answer/, /`tls`/],
    ];
    for (const [settings, message, remedy] of refused) {
      await assert.rejects(open(settings), refusal(message, remedy), JSON.stringify(settings));
    }
  });

  it("is asked for where none is spoken, and says so", async () => {
    await using mongod = await Mongod.start();
    const settings = { host: "127.0.0.1", port: mongod.port, tls: true, connect_timeout: 1 };
    await assert.rejects(openStore(settings), refusal(/speaks no TLS|does not answer/, /`tls`/));
  });
});
