import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allocated, given, intended, minute, releaseFailed, releasing } from "../testing/given.ts";

const inRelease = () => given(intended().at(0), allocated("i-1").at(1), releasing().at(2));

describe("report-release-failed", () => {
  test("calls for somebody at once", () => {
    const notebook = inRelease();
    notebook.accepts(releaseFailed().at(3));
    assert.deepEqual(notebook.standing(), { state: "releasing", due: 3, findings: { "release-failed": 3 } });
  });

  test("stands where the attempt itself was never reported", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(1));
    notebook.accepts(releaseFailed().at(3));
    assert.deepEqual(notebook.standing(), { state: "releasing", due: 3, findings: { "release-failed": 3 } });
  });

  test("told again changes nothing, with the same time or with none", () => {
    const notebook = inRelease();
    notebook.accepts(releaseFailed().at(3));
    notebook.recognises(releaseFailed().at(3));
    notebook.recognises(releaseFailed());
  });

  test("of the future happened when it was heard, and its retry is recognised", () => {
    const notebook = inRelease();
    notebook.accepts(releaseFailed().at(90));
    assert.equal(notebook.facts()[3]?.at, minute(60));
    notebook.now = 120;
    notebook.recognises(releaseFailed().at(90));
  });

  test("is refused for a resource that is not registered", () => {
    given().refuses(releaseFailed(), "unknown-resource");
  });
});
