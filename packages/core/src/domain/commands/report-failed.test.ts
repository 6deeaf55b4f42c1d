import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allAttemptsFailed, failed, given, intended, minute, unknown } from "../testing/given.ts";

describe("report-failed", () => {
  test("ends an intent of which nothing came", () => {
    const notebook = given(intended().at(0));
    notebook.accepts(failed().at(5));
    assert.deepEqual(notebook.standing(), { state: "failed", due: null, findings: {} });
  });

  test("ends no unknown outcome, unless it speaks of all attempts", () => {
    const notebook = given(intended().at(0), unknown().at(5));
    notebook.accepts(failed().at(6));
    assert.equal(notebook.standing().state, "unknown");
    notebook.accepts(allAttemptsFailed().at(7));
    assert.equal(notebook.standing().state, "failed");
  });

  test("told again changes nothing, with the same time or with none", () => {
    const notebook = given(intended().at(0), failed().at(5));
    notebook.recognises(failed().at(5));
    notebook.recognises(failed());
    notebook.recognises(failed({ allAttempts: false }).at(5));
    notebook.accepts(failed({ allAttempts: true }).at(5));
    assert.equal(notebook.facts().length, 3);
  });

  test("of the future happened when it was heard, and its retry is recognised", () => {
    const notebook = given(intended().at(0), failed().at(90));
    assert.equal(notebook.facts()[1]?.at, minute(60));
    notebook.now = 120;
    notebook.recognises(failed().at(90));
  });

  test("is refused for a resource that is not registered", () => {
    given().refuses(failed(), "unknown-resource");
  });
});
