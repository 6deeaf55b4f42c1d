import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { given, intended, minute, unknown } from "../testing/given.ts";

describe("report-unknown", () => {
  test("calls for somebody at once", () => {
    const notebook = given(intended().at(0));
    notebook.accepts(unknown().at(5));
    assert.deepEqual(notebook.standing(), { state: "unknown", due: 5, findings: { "unknown-outcome": 5 } });
  });

  test("told again changes nothing, with the same time or with none", () => {
    const notebook = given(intended().at(0), unknown().at(5));
    notebook.recognises(unknown().at(5));
    notebook.recognises(unknown());
    notebook.accepts(unknown({ reason: "connection reset" }));
    assert.equal(notebook.facts().length, 3);
  });

  test("of the future happened when it was heard, and its retry is recognised", () => {
    const notebook = given(intended().at(0), unknown().at(90));
    assert.equal(notebook.facts()[1]?.at, minute(60));
    notebook.now = 120;
    notebook.recognises(unknown().at(90));
  });

  test("is refused for a resource that is not registered", () => {
    given().refuses(unknown(), "unknown-resource");
  });
});
