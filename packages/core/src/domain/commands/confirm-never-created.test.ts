import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  allocated,
  confirmedExists,
  confirmedGone,
  confirmedNeverCreated,
  failed,
  forgotten,
  freed,
  given,
  intended,
  releasing,
  unknown,
} from "../testing/given.ts";

const CLOSED = { state: "never-created", due: null, findings: {} };
const closed = () => given(intended().at(0), unknown().at(1), confirmedNeverCreated().at(10));

describe("confirm-never-created", () => {
  test("closes a plan, an unknown outcome, and what was to be released under no external id", () => {
    for (const reported of [
      [],
      [unknown().at(1)],
      [failed().at(1)],
      [releasing().at(1)],
      [forgotten().at(1)],
    ]) {
      const notebook = given(intended().at(0), ...reported);
      notebook.decides(confirmedNeverCreated().at(10));
      assert.deepEqual(notebook.standing(), CLOSED);
    }
  });

  test("is refused where it has an external id, or is closed already", () => {
    for (const existence of [allocated("i-1").at(1), confirmedExists("i-1").at(1)]) {
      const { detail, more } = given(intended().at(0), existence).refuses(
        confirmedNeverCreated(),
        "not-in-this-state",
      );
      assert.match(detail, /created, as i-1: .*confirm that it is gone/);
      assert.deepEqual(more, { state: "allocated" });
    }
    for (const notebook of [
      given(intended().at(0), freed().at(1)),
      given(intended().at(0), unknown().at(1), confirmedGone().at(2)),
      closed(),
    ]) {
      assert.match(notebook.refuses(confirmedNeverCreated(), "not-in-this-state").detail, /already/);
    }
  });

  test("is denied by every report that it exists, be it older: then it is a zombie", () => {
    for (const [at, from] of [
      [5, 10],
      [20, 20],
    ] as const) {
      const notebook = closed();
      notebook.accepts(allocated("i-1").at(at));
      assert.deepEqual(notebook.standing(), { state: "allocated", due: from, findings: { zombie: from } });
      notebook.accepts(freed("i-1").at(30));
      assert.deepEqual(notebook.standing(), { state: "freed", due: null, findings: {} });
    }
  });

  test("leaves open an attempt that was made later", () => {
    const notebook = closed();
    notebook.accepts(unknown().at(20));
    assert.deepEqual(notebook.standing(), { state: "unknown", due: 20, findings: { "unknown-outcome": 20 } });
    notebook.accepts(unknown({ reason: "reset" }).at(9));
    assert.deepEqual(notebook.standing().findings, { "unknown-outcome": 20 });
  });
});
