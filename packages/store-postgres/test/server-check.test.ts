import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refuseUnfit, type ServerState } from "../src/server-check.ts";
import { refusal } from "./support/refusal.ts";

const FIT: ServerState = {
  server_version_num: "130000",
  server_version: "13.0",
  in_hot_standby: "false",
  default_transaction_read_only: "off",
  default_transaction_isolation: "read committed",
  server_encoding: "UTF8",
  synchronous_commit: "on",
  fsync: "on",
  full_page_writes: "on",
};
const STRICT = { mayLoseCommits: false, setsIsolation: true };

describe("a PostgreSQL server", () => {
  it("is fit from version 13 on", () => {
    refuseUnfit(FIT, STRICT);
    assert.throws(
      () => refuseUnfit({ ...FIT, server_version_num: "120022", server_version: "12.22" }, STRICT),
      refusal(/12\.22 is too old/, /13 or later/),
    );
  });

  it("is fit where commits wait for the disk of this server at least", () => {
    for (const synchronous_commit of ["local", "remote_write", "remote_apply"])
      refuseUnfit({ ...FIT, synchronous_commit }, STRICT);
  });

  for (const name of ["synchronous_commit", "fsync", "full_page_writes"] as const) {
    it(`is unfit with ${name} off, unless one wants it so`, () => {
      const state = { ...FIT, [name]: "off" };
      assert.throws(
        () => refuseUnfit(state, STRICT),
        refusal(new RegExp(`${name} is off`), /allow_lost_commits/),
      );
      refuseUnfit(state, { ...STRICT, mayLoseCommits: true });
    });
  }
});
