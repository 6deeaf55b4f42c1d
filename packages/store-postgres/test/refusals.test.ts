import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { before, it } from "node:test";
import { TcpProxy } from "@drett/conformance";
import { openStore, type PostgresOptions } from "../src/index.ts";
import { onPostgres } from "./support/on-postgres.ts";
import { refusal } from "./support/refusal.ts";

onPostgres(
  "a PostgreSQL database that cannot be used",
  (server) => {
    const rejects = (options: PostgresOptions, message: RegExp, remedy: RegExp) =>
      assert.rejects(openStore({ ...server().options, ...options }), refusal(message, remedy));

    before(async () => {
      await server().ask(
        "CREATE ROLE somebody LOGIN PASSWORD 'right'; CREATE ROLE limited LOGIN CONNECTION LIMIT 0",
      );
      await server().rules([
        "local all postgres trust",
        "local all limited trust",
        "local all somebody scram-sha-256",
        "host all all 127.0.0.1/32 trust",
      ]);
    });

    it("because the password is wrong", () =>
      rejects(
        { user: "somebody", password: "wrong" },
        /password authentication failed/,
        /`user` and `password`/,
      ));
    it("because there is no password", () =>
      rejects({ user: "somebody" }, /password must be/, /set `password`/));
    it("because nobody may come in like this", () =>
      rejects({ user: "stranger" }, /no pg_hba.conf entry/, /pg_hba\.conf/));
    it("because there is no such database", () =>
      rejects({ database: "nowhere" }, /"nowhere" does not exist/, /`database`/));
    it("because there are too many connections", () =>
      rejects({ user: "limited" }, /too many connections/, /`connections`/));
    it("because nothing listens there", () =>
      rejects({ host: "127.0.0.1", port: 1 }, /ECONNREFUSED/, /`host` and `port`/));
    it("because there is no socket", () => rejects({ host: "/nowhere" }, /ENOENT/, /`host` and `port`/));
    it("because there is no such name", () =>
      rejects({ host: "nowhere.invalid", sslmode: "disable" }, /ENOTFOUND|EAI_AGAIN/, /`host`/));
    it("because it speaks no TLS", () =>
      rejects(
        { host: "127.0.0.1", port: server().port, sslmode: "require" },
        /does not support SSL/,
        /`sslmode: disable`/,
      ));
    it("because its role may not create a schema", () =>
      rejects({ user: "somebody", password: "right" }, /permission denied/, /`migration_user`/));

    it("because it does not answer", async () => {
      const proxy = await TcpProxy.start({ host: "127.0.0.1", port: server().port });
      proxy.stall();
      const { host, port } = proxy;
      await rejects({ host, port, connect_timeout: 1 }, /timeout/, /`host`, `port`/);
      await proxy.close();
    });

    it("because it is a standby", async () => {
      const signal = join(server().folder, "data", "standby.signal");
      await server().halt("fast");
      appendFileSync(signal, "");
      await server().resume();
      await rejects({}, /standby/, /primary/);
    });
  },
  { tcp: true },
);
