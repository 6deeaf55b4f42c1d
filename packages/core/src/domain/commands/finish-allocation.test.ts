import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LIMITS } from "../shapes.ts";
import { begun, finished, given, minute } from "../testing/given.ts";

const fleet = { id: "fleet" };

describe("finish-allocation", () => {
  test("closes it as done or as failed", () => {
    for (const outcome of ["done", "failed"] as const) {
      const notebook = given(begun().at(0));
      notebook.accepts(finished(outcome, { reason: "as planned" }).at(5), fleet);
      assert.deepEqual(notebook.standing("fleet"), { state: outcome, due: null, findings: {} });
    }
  });

  test("writes the allocation alone", () => {
    const member = { id: "vm-1", type: "vm", owner: "lpds" };
    const notebook = given(begun({ resources: [member] }));
    const before = notebook.resource("vm-1");
    notebook.hears(finished("failed"));
    assert.equal(notebook.resource("vm-1"), before);
  });

  test("told again changes nothing, with the same time or with none", () => {
    const notebook = given(begun().at(0), finished("done").at(5));
    notebook.recognises(finished("done").at(5), fleet);
    notebook.recognises(finished("done"), fleet);
  });

  test("of the future happened when it was heard, and its retry is recognised", () => {
    const notebook = given(begun().at(0), finished("done").at(90));
    assert.equal(notebook.facts("fleet")[1]?.at, minute(60));
    notebook.now = 120;
    notebook.recognises(finished("done").at(90), fleet);
  });

  test("reported both done and failed, it failed, and is a finding, in whatever order", () => {
    for (const [first, second] of [
      ["done", "failed"],
      ["failed", "done"],
    ] as const) {
      const notebook = given(begun().at(0), finished(first).at(5));
      notebook.accepts(finished(second).at(7), fleet);
      assert.deepEqual(notebook.standing("fleet"), {
        state: "failed",
        due: 7,
        findings: { contradicted: 7 },
      });
    }
  });

  test("is refused when the record is full, but for what it knows already", () => {
    const notebook = given(begun().at(0));
    for (let minute = 1; minute < LIMITS.factsPerRecord; minute++)
      notebook.hears(finished("done").at(minute / 1_000));
    notebook.refuses(finished("failed"), "too-many-facts");
    notebook.recognises(finished("done").at(1 / 1_000), fleet);
  });

  test("is refused for an allocation that has not begun", () => {
    given().refuses(finished("done"), "unknown-allocation");
  });
});
