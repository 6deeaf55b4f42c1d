import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DatabaseError } from "pg";
import { unavailable } from "../src/trouble.ts";
import { refusal } from "./support/refusal.ts";

function fromDatabase(code: string): DatabaseError {
  const error = new DatabaseError("it says so", 1, "error");
  error.code = code;
  return error;
}

describe("what PostgreSQL cannot do", () => {
  const remedies: { readonly [code: string]: RegExp } = {
    "08006": /network/,
    "25006": /primary/,
    "28000": /pg_hba/,
    "28P01": /`password`/,
    "3D000": /`database`/,
    "42501": /`migration_user`/,
    "42P01": /backup/,
    "53100": /free some space/,
    "53300": /`connections`/,
    "53400": /log/,
    "55P03": /pg_locks/,
    "57014": /`statement_timeout`/,
    "57P03": /goes on by itself/,
    "58030": /disk/,
    XX001: /damaged/,
    "99999": /log/,
  };
  for (const [code, remedy] of Object.entries(remedies)) {
    it(`is told with what to do about ${code}`, () => {
      refusal(/PostgreSQL: it says so/, remedy)(unavailable(fromDatabase(code)));
    });
  }

  it("is told with what to do about the way there", () => {
    const system = (code: string) => Object.assign(new Error(`connect ${code}`), { code });
    refusal(/ECONNREFUSED/, /`host` and `port`/)(unavailable(system("ECONNREFUSED")));
    refusal(/CERT_HAS_EXPIRED/, /`sslrootcert`/)(unavailable(system("CERT_HAS_EXPIRED")));
    refusal(/a; b/, /goes on by itself/)(unavailable(new AggregateError([new Error("a"), new Error("b")])));
    refusal(/terminated/, /goes on by itself/)(unavailable(new Error("Connection terminated unexpectedly")));
    assert.equal(unavailable(unavailable(system("EPIPE"))).message, "PostgreSQL: connect EPIPE");
  });
});
