import type { Change } from "@drett/core";
import type { Client } from "pg";
import { changeValues } from "../../src/rows.ts";
import { statementsIn } from "../../src/statements.ts";
import type { PostgresServer } from "./postgres-server.ts";

/** A transaction that writes as the store does, and ends when the test says so. */
export class HeldTransaction {
  readonly #client: Client;
  readonly #schema: string;

  private constructor(client: Client, schema: string) {
    this.#client = client;
    this.#schema = schema;
  }

  /** It has its id from the beginning. */
  static async begin(server: PostgresServer, schema: string): Promise<HeldTransaction> {
    const client = await server.connect();
    await client.query("BEGIN");
    await client.query("SELECT pg_current_xact_id()");
    return new HeldTransaction(client, schema);
  }

  async write(...changes: Change[]): Promise<void> {
    await this.#client.query({ text: statementsIn(this.#schema).commit, values: changeValues(changes) });
  }

  async end(how: "COMMIT" | "ROLLBACK"): Promise<void> {
    await this.#client.query(how);
    await this.#client.end();
  }
}
