import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nearest } from "./nearest.ts";

const FIELDS = ["id", "at", "type", "owner", "module", "externalId", "timeoutSeconds", "ttlSeconds"];

describe("the nearest name", () => {
  for (const [given, meant] of [
    ["ownr", "owner"],
    ["ownner", "owner"],
    ["ovner", "owner"],
    ["onwer", "owner"],
    ["OWNER", "owner"],
    ["external_id", "externalId"],
    ["externalid", "externalId"],
    ["ttl_seconds", "ttlSeconds"],
    ["timeoutSecond", "timeoutSeconds"],
    ["it", "id"],
  ] as const) {
    test(`to ${given} is ${meant}`, () => {
      assert.equal(nearest(given, FIELDS), meant);
    });
  }

  test("is none where more than a third is wrong", () => {
    for (const given of ["colour", "wnr", "x", "", "secs", "o".repeat(100_000)]) {
      assert.equal(nearest(given, FIELDS), undefined, given.slice(0, 20));
    }
  });

  test("is none where nothing is known", () => {
    assert.equal(nearest("owner", []), undefined);
  });

  test("is the nearer one of two", () => {
    assert.equal(nearest("moduel", ["modules", "module"]), "module");
  });
});
