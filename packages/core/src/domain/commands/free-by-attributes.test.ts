import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allocated, freed, freedByAttributes, given, intended, minute } from "../testing/given.ts";

const first = { id: "vm-1" };
const second = { id: "vm-2" };
/** Two resources that the provider calls alike, the one in one scope, the other in another. */
const twins = () =>
  given(
    intended({ ...first, scope: "eu" }).at(0),
    allocated("i-1", first).at(1),
    intended({ ...second, scope: "us" }).at(10),
    allocated("i-1", second).at(11),
  );

describe("free-by-attributes", () => {
  test("frees the one that fits", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(1));
    notebook.accepts(freedByAttributes("i-1").at(5));
    const fact = notebook.facts()[2];
    assert.deepEqual(fact, {
      kind: "freed",
      externalId: "i-1",
      at: minute(5),
      arrival: minute(60),
      actor: "tester",
    });
    assert.deepEqual(notebook.standing(), { state: "freed", due: null, findings: {} });
  });

  test("is refused where none fits", () => {
    const notebook = given(intended({ scope: "eu" }).at(0), allocated("i-1").at(1));
    notebook.refuses(freedByAttributes("i-9"), "no-match");
    notebook.refuses(freedByAttributes("i-1", { owner: "other" }), "no-match");
    notebook.refuses(freedByAttributes("i-1", { type: "volume" }), "no-match");
    notebook.refuses(freedByAttributes("i-1", { scope: "us" }), "no-match");
  });

  test("is refused where several fit, and names them", () => {
    const refusal = twins().refuses(freedByAttributes("i-1"), "ambiguous-match");
    assert.deepEqual(refusal.more, { ids: ["vm-1", "vm-2"] });
  });

  test("names several in the order of their registration", () => {
    const notebook = given(
      intended({ id: "vm-9" }).at(0),
      intended({ id: "vm-1" }).at(1),
      allocated("i-1", { id: "vm-1" }).at(2),
      allocated("i-1", { id: "vm-9" }).at(3),
    );
    const refusal = notebook.refuses(freedByAttributes("i-1"), "ambiguous-match");
    assert.deepEqual(refusal.more, { ids: ["vm-9", "vm-1"] });
  });

  test("tells them apart by scope", () => {
    const notebook = twins();
    notebook.accepts(freedByAttributes("i-1", { scope: "us" }), second);
    assert.equal(notebook.standing("vm-1").state, "allocated");
    assert.equal(notebook.standing("vm-2").state, "freed");
  });

  test("speaks of none that was registered later: providers use ids again", () => {
    const notebook = twins();
    notebook.accepts(freedByAttributes("i-1").at(5), first);
    assert.equal(notebook.standing("vm-2").state, "allocated");
    given(intended().at(10), allocated("i-1").at(11)).refuses(freedByAttributes("i-1").at(5), "no-match");
  });

  test("skips what is freed already: the id is used again", () => {
    const notebook = twins();
    notebook.hears(freed("i-1", first).at(5));
    notebook.accepts(freedByAttributes("i-1").at(20), second);
  });

  test("told again with its time is recognised, also when the id is in use again", () => {
    const notebook = given(
      intended(first).at(0),
      allocated("i-1", first).at(1),
      freedByAttributes("i-1").at(5),
    );
    notebook.hears(intended(second).at(2));
    notebook.hears(allocated("i-1", second).at(6));
    notebook.recognises(freedByAttributes("i-1").at(5), first);
    notebook.accepts(freedByAttributes("i-1"), second);
  });

  test("told again without a time is recognised while nothing else fits", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(1));
    notebook.accepts(freedByAttributes("i-1"));
    notebook.recognises(freedByAttributes("i-1"));
  });

  test("finds a resource by each of its external ids", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(1), allocated("i-2").at(2));
    notebook.accepts(freedByAttributes("i-2").at(5));
    notebook.accepts(freedByAttributes("i-1").at(6));
    assert.deepEqual(notebook.standing(), { state: "freed", due: null, findings: {} });
  });

  test("of the future happened when it was heard, and its retry is recognised", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(1), freedByAttributes("i-1").at(90));
    assert.equal(notebook.facts()[2]?.at, minute(60));
    notebook.now = 120;
    notebook.recognises(freedByAttributes("i-1").at(90));
  });
});
