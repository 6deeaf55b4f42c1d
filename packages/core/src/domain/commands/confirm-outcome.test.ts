import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEFAULTS } from "../defaults.ts";
import { abandonsAt, deriveAllocation } from "../derive-allocation.ts";
import type { Allocation } from "../record.ts";
import { sentenceOf } from "../sentence.ts";
import { begun, confirmedOutcome, finished, given, minute } from "../testing/given.ts";

const contradicted = [begun().at(0), finished("done").at(5), finished("failed").at(7)];

describe("confirm-outcome", () => {
  test("settles an allocation that was reported both done and failed, either way", () => {
    for (const outcome of ["done", "failed"] as const) {
      const notebook = given(...contradicted);
      assert.deepEqual(notebook.standing("fleet").findings, { contradicted: 7 });
      notebook.decides(confirmedOutcome(outcome).at(10));
      assert.deepEqual(notebook.standing("fleet"), { state: outcome, due: null, findings: {} });
    }
  });

  test("ends one whose engine does not say how it ended", () => {
    const notebook = given(begun().at(0));
    assert.deepEqual(notebook.standing("fleet").findings, { "overdue-allocation": 10 });
    notebook.decides(confirmedOutcome("failed"));
    assert.deepEqual(notebook.standing("fleet").findings, {});
  });

  test("stands against what is heard late, and not against what happens afterwards", () => {
    const notebook = given(...contradicted, confirmedOutcome("done").at(10));
    notebook.hears(finished("failed").at(6));
    assert.deepEqual(notebook.standing("fleet").findings, {});
    notebook.hears(finished("failed").at(20));
    assert.deepEqual(notebook.standing("fleet"), {
      state: "failed",
      due: 20,
      findings: { contradicted: 20 },
    });
    const allocation = notebook.allocation("fleet") as Allocation;
    const [finding] = deriveAllocation(allocation, { now: minute(60), defaults: DEFAULTS }).findings;
    assert.ok(finding);
    assert.equal(
      sentenceOf(allocation, finding),
      "The allocation fleet of probe/nova was confirmed done by tester, and was reported failed at 2026-11-23T12:20:00.000Z; it counts as failed.",
    );
  });

  test("gives way to a later word", () => {
    const notebook = given(...contradicted, confirmedOutcome("done").at(10), finished("failed").at(20));
    notebook.decides(confirmedOutcome("failed").at(30));
    assert.equal(notebook.standing("fleet").state, "failed");
    const { facts, ...rest } = notebook.allocation("fleet") as Allocation;
    const reversed = { ...rest, facts: facts.toReversed() };
    assert.equal(deriveAllocation(reversed, { now: minute(60), defaults: DEFAULTS }).state, "failed");
  });

  test("leaves the grace of its members to begin when it was first said to have failed", () => {
    const notebook = given(...contradicted, confirmedOutcome("failed").at(10));
    assert.equal(abandonsAt(notebook.allocation("fleet") as Allocation, DEFAULTS), minute(17));
  });

  test("is known by its id when it is told again, whatever has come since", () => {
    const word = confirmedOutcome("done", { decision: "d-1" }).at(10).seeing(3);
    const notebook = given(...contradicted, word, finished("failed").at(20));
    notebook.recognises(word, { id: "fleet", decision: "d-1" });
  });

  test("is not refused for a repetition that came since", () => {
    const notebook = given(...contradicted, finished("failed").at(8));
    notebook.decides(confirmedOutcome("done", { seen: 3 }));
  });
});
