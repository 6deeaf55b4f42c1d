import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allocated, freed, given, intended, minute } from "../testing/given.ts";

const running = () => given(intended().at(0), allocated("i-1").at(1));

describe("report-freed", () => {
  test("closes the resource, named or not", () => {
    for (const externalId of ["i-1", undefined]) {
      const notebook = running();
      notebook.accepts(freed(externalId).at(5));
      assert.deepEqual(notebook.standing(), { state: "freed", due: null, findings: {} });
    }
  });

  test("told again changes nothing, with the same time or with none", () => {
    const notebook = running();
    notebook.accepts(freed("i-1").at(5));
    notebook.recognises(freed("i-1").at(5));
    notebook.recognises(freed("i-1"));
  });

  test("of the future happened when it was heard, and its retry is recognised", () => {
    const notebook = running();
    notebook.accepts(freed("i-1").at(90));
    assert.equal(notebook.facts()[2]?.at, minute(60));
    notebook.now = 120;
    notebook.recognises(freed("i-1").at(90));
  });

  test("names one of two, and leaves the other a finding", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(1), allocated("i-2").at(2));
    notebook.accepts(freed("i-2").at(5));
    assert.deepEqual(notebook.standing(), {
      state: "freed",
      due: 2,
      findings: { contradicted: 5, duplicate: 2 },
    });
    notebook.accepts(freed("i-1").at(6));
    assert.deepEqual(notebook.standing(), { state: "freed", due: null, findings: {} });
  });

  test("closes an intent of which nothing was allocated", () => {
    const notebook = given(intended().at(0));
    notebook.accepts(freed().at(5));
    assert.equal(notebook.standing().state, "freed");
  });

  test("is refused for a resource that is not registered", () => {
    given().refuses(freed("i-1"), "unknown-resource");
  });
});
