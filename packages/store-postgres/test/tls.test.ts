import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { NO_OPENSSL } from "@drett/conformance";
import { openStore, type PostgresOptions } from "../src/index.ts";
import { postgresCertificates } from "./support/certificates.ts";
import { onPostgres } from "./support/on-postgres.ts";
import { refusal } from "./support/refusal.ts";

onPostgres(
  "a PostgreSQL store",
  (server) => {
    describe("over TLS", { skip: NO_OPENSSL }, () => {
      let file: (name: string) => string;
      const open = (options: PostgresOptions) =>
        openStore({
          host: "localhost",
          port: server().port,
          user: "postgres",
          database: "postgres",
          ...options,
        });
      const opens = async (options: PostgresOptions) => (await open(options)).close();

      before(async () => {
        file = postgresCertificates(server());
        await server().ask(`ALTER SYSTEM SET ssl_cert_file = '${file("server.crt")}'`);
        await server().ask(`ALTER SYSTEM SET ssl_key_file = '${file("server.key")}'`);
        await server().ask(`ALTER SYSTEM SET ssl_ca_file = '${file("ca.crt")}'`);
        await server().ask("ALTER SYSTEM SET ssl = on");
        await server().rules([
          "local all all trust",
          "hostssl postgres all 127.0.0.1/32 trust",
          "hostssl strict all 127.0.0.1/32 cert",
        ]);
        await server().ask("CREATE DATABASE strict");
      });

      it("is what a database asks for that lets nobody in without", () =>
        assert.rejects(open({ sslmode: "disable" }), refusal(/no encryption/, /`sslmode`/)));

      it("needs no certificate to be known with `require`", () => opens({ sslmode: "require" }));

      it("checks who signed the certificate, and for which name", async () => {
        const sslrootcert = file("ca.crt");
        await opens({ sslrootcert });
        await opens({ host: "127.0.0.1", sslmode: "verify-ca", sslrootcert });
        await assert.rejects(
          open({ host: "127.0.0.1", sslrootcert }),
          refusal(/altnames/, /correct `host`|sslmode: verify-ca/),
        );
        await assert.rejects(open({ sslmode: "verify-full" }), refusal(/certificate/, /`sslrootcert`/));
        for (const sslmode of ["verify-full", "verify-ca"] as const) {
          const other = { sslmode, sslrootcert: file("other-ca.crt") };
          await assert.rejects(open(other), refusal(/certificate/, /`sslrootcert`/));
        }
      });

      it("shows a certificate of its own", async () => {
        const strict = { database: "strict", sslrootcert: file("ca.crt") };
        await assert.rejects(open(strict), refusal(/certificate/, /`sslcert`|pg_hba/));
        await opens({ ...strict, sslcert: file("client.crt"), sslkey: file("client.key") });
        await assert.rejects(
          open({ ...strict, sslcert: file("client.crt"), sslkey: file("server.key") }),
          refusal(/key/, /`sslcert` and `sslkey`/),
        );
      });
    });
  },
  { tcp: true },
);
