import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { liveExternalIds } from "../existence.ts";
import type { Resource } from "../record.ts";
import {
  allocated,
  confirmedGone,
  confirmedNeverCreated,
  failed,
  forgotten,
  freed,
  freedByAttributes,
  given,
  intended,
  releaseFailed,
  unknown,
} from "../testing/given.ts";

const FORGOTTEN = { state: "forgotten", due: null, findings: {} };
const running = [intended().at(0), allocated("i-1").at(1)];

describe("forget", () => {
  test("writes off a plan, an unknown outcome, and what exists", () => {
    for (const reported of [
      [],
      [unknown().at(1)],
      [allocated("i-1").at(1)],
      [allocated("i-1").at(1), freed("i-9").at(2)],
    ]) {
      const notebook = given(intended().at(0), ...reported);
      notebook.decides(forgotten().at(10));
      assert.deepEqual(notebook.standing(), FORGOTTEN);
    }
  });

  test("says nothing of whether it exists", () => {
    const notebook = given(...running, forgotten().at(10));
    assert.deepEqual(liveExternalIds(notebook.resource("vm-1") as Resource), ["i-1"]);
  });

  test("needs a reason", () => {
    const { reason, ...required } = Object.fromEntries(
      forgotten().command.input.required?.map((field) => [field, true]) ?? [],
    );
    assert.deepEqual([reason, required], [true, { id: true, seen: true }]);
  });

  test("is refused where nothing is left to forget", () => {
    for (const notebook of [
      given(intended().at(0), failed().at(1)),
      given(...running, freed("i-1").at(2)),
      given(...running, confirmedGone().at(2)),
      given(intended().at(0), confirmedNeverCreated().at(2)),
      given(...running, forgotten().at(2)),
    ]) {
      assert.match(notebook.refuses(forgotten(), "not-in-this-state").detail, /already/);
    }
  });

  test("gives way to the news that it is gone, be it older", () => {
    for (const at of [5, 20]) {
      const notebook = given(...running, forgotten().at(10));
      notebook.accepts(freedByAttributes("i-1").at(at));
      assert.deepEqual(notebook.standing(), { state: "freed", due: null, findings: {} });
    }
  });

  test("is reopened as it was by whatever is heard of it later", () => {
    const alive = given(...running, allocated("i-2").at(2), forgotten().at(10));
    alive.accepts(unknown().at(20));
    assert.deepEqual(alive.standing(), { state: "allocated", due: 2, findings: { duplicate: 2 } });
    const failing = given(...running, forgotten().at(10));
    failing.accepts(releaseFailed().at(20));
    assert.deepEqual(failing.standing().findings, { "release-failed": 20 });
  });

  test("is reopened by an external id that was not known, however old", () => {
    const notebook = given(...running, forgotten().at(10));
    notebook.accepts(allocated("i-2").at(5));
    assert.deepEqual(notebook.standing().findings, { duplicate: 5 });
    notebook.decides(forgotten().at(30));
    assert.deepEqual(notebook.standing(), FORGOTTEN);
  });

  test("is not reopened by what is known already", () => {
    const notebook = given(...running, forgotten().at(10));
    notebook.accepts(allocated("i-1").at(9));
    assert.deepEqual(notebook.standing(), FORGOTTEN);
  });
});
