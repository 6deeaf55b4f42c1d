import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  allocated,
  confirmedGone,
  confirmedNeverCreated,
  extended,
  failed,
  forgotten,
  freed,
  freedByAttributes,
  given,
  intended,
  releaseFailed,
  releasing,
  unknown,
} from "../testing/given.ts";

const CLOSED = { state: "freed", due: null, findings: {} };
const running = () => given(intended().at(0), allocated("i-1").at(1));
const gone = () => given(intended().at(0), allocated("i-1").at(1), confirmedGone().at(10));

describe("confirm-gone", () => {
  test("closes what was reported up to then: running, duplicate, failing to be released, unknown", () => {
    for (const reported of [
      [allocated("i-1").at(1)],
      [allocated("i-1").at(1), allocated("i-2").at(2)],
      [allocated("i-1").at(1), releasing().at(2), releaseFailed().at(3)],
      [unknown().at(1)],
      [allocated("i-1").at(1), freed("i-9").at(2)],
    ]) {
      const notebook = given(intended().at(0), ...reported);
      notebook.decides(confirmedGone().at(10));
      assert.deepEqual(notebook.standing(), CLOSED);
    }
  });

  test("is refused where nothing was ever there, or nothing is left", () => {
    const planned = given(intended().at(0));
    assert.match(planned.refuses(confirmedGone(), "not-in-this-state").detail, /never created/);
    const settled = [
      given(intended().at(0), failed().at(1)),
      given(intended().at(0), allocated("i-1").at(1), freed("i-1").at(2)),
      given(intended().at(0), unknown().at(1), confirmedNeverCreated().at(2)),
      gone(),
    ];
    for (const notebook of settled) {
      assert.match(notebook.refuses(confirmedGone(), "not-in-this-state").detail, /already/);
    }
  });

  test("proves what was forgotten to be gone", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(1), forgotten().at(5));
    notebook.decides(confirmedGone().at(4));
    assert.deepEqual(notebook.standing(), CLOSED);
  });

  test("is not undone by an older report of the same thing that arrives late", () => {
    const notebook = gone();
    notebook.accepts(allocated("i-1").at(10));
    notebook.accepts(releaseFailed().at(9));
    assert.deepEqual(notebook.standing(), CLOSED);
  });

  test("is reopened by a later report that it exists, under this external id or another", () => {
    for (const id of ["i-1", "i-2"]) {
      const notebook = gone();
      notebook.accepts(allocated(id).at(20));
      assert.deepEqual(notebook.standing(), { state: "allocated", due: 20, findings: { zombie: 20 } });
      notebook.accepts(freedByAttributes(id).at(30));
      assert.deepEqual(notebook.standing(), CLOSED);
    }
  });

  test("speaks of no external id that turns up only afterwards, however old", () => {
    const notebook = gone();
    notebook.accepts(allocated("i-2").at(8));
    assert.deepEqual(notebook.standing(), { state: "allocated", due: 10, findings: { zombie: 10 } });
    notebook.decides(confirmedGone().at(30));
    assert.deepEqual(notebook.standing(), CLOSED);
  });

  test("is reopened by a later report that its outcome is unknown, or that it could not be released", () => {
    const doubted = gone();
    doubted.accepts(unknown().at(20));
    assert.deepEqual(doubted.standing().findings, { "unknown-outcome": 20 });
    const failing = gone();
    failing.accepts(releaseFailed().at(20));
    assert.deepEqual(failing.standing().findings, { "release-failed": 20 });
  });

  test("leaves nothing for an engine to free by its attributes", () => {
    gone().refuses(freedByAttributes("i-1"), "no-match");
  });

  test("against which it exists is a zombie, until the time to which somebody extends it then", () => {
    const notebook = running();
    notebook.accepts(extended(300).at(2));
    notebook.decides(confirmedGone().at(10));
    notebook.accepts(allocated("i-1").at(20));
    assert.deepEqual(notebook.standing().findings, { zombie: 20 });
    notebook.accepts(extended(90).at(30));
    assert.deepEqual(notebook.standing(), { state: "allocated", due: 90, findings: {} });
    assert.deepEqual(notebook.standing("vm-1", 90).findings, { zombie: 90 });
  });
});
