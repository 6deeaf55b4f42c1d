import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allocated, begun, given, intended, minute, unknown, VM } from "../testing/given.ts";

/** All that can be said of a resource. */
const inFull = {
  ...VM,
  module: "nova",
  scope: "eu-1",
  parent: "vm-0",
  ttlSeconds: 3600,
  labels: { team: "a" },
  price: { amount: 1, currency: "EUR", per: "hour" },
} as const;

describe("report-allocated", () => {
  test("says that it exists, and what the provider calls it", () => {
    const notebook = given(intended().at(0));
    notebook.accepts(allocated("i-1", { data: { ip: "10.0.0.1" } }).at(5));
    assert.deepEqual(notebook.facts()[1], {
      kind: "allocated",
      externalId: "i-1",
      data: { ip: "10.0.0.1" },
      at: minute(5),
      arrival: minute(60),
      actor: "tester",
    });
    assert.equal(notebook.standing().state, "allocated");
  });

  test("told again changes nothing, with the same time or with none", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(5));
    notebook.recognises(allocated("i-1").at(5));
    notebook.recognises(allocated("i-1"));
  });

  test("told at another time is one more fact, and answered alike", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(5));
    notebook.accepts(allocated("i-1").at(6));
    assert.deepEqual(notebook.kinds(), ["intent", "allocated", "allocated"]);
  });

  test("of the future happened when it was heard, and its retry is recognised", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(90));
    assert.equal(notebook.facts()[1]?.at, minute(60));
    notebook.now = 120;
    notebook.recognises(allocated("i-1").at(90));
  });

  test("is refused for a resource that is not registered, unless it describes itself", () => {
    const notebook = given();
    notebook.refuses(allocated("i-1"), "unknown-resource");
    notebook.refuses(allocated("i-1", { type: "vm" }), "unknown-resource");
    notebook.accepts(allocated("i-1", VM));
    assert.equal(notebook.standing().state, "allocated");
  });

  test("describing itself, it is recognised when told again", () => {
    const notebook = given(allocated("i-1", inFull).at(5));
    notebook.recognises(allocated("i-1", inFull).at(5));
    notebook.recognises(allocated("i-1", inFull));
  });

  test("may describe in full what is registered already", () => {
    const notebook = given(intended().at(0));
    notebook.accepts(allocated("i-1", inFull).at(5));
    notebook.accepts(allocated("i-1", { labels: { team: "b" } }).at(6));
    assert.equal(notebook.standing().state, "allocated");
  });

  test("creates into an allocation that is not yet announced", () => {
    const notebook = given();
    notebook.accepts(allocated("i-1", { ...VM, allocation: "fleet" }).at(5));
    notebook.hears(begun({ timeoutSeconds: 600 }).at(0));
    assert.deepEqual(notebook.standing(), { state: "allocated", due: 20, findings: { abandoned: 20 } });
  });

  test("takes application and module from the allocation that it names, again when told again", () => {
    const inherits = allocated("i-1", { type: "vm", owner: "lpds", allocation: "fleet" }).at(5);
    const notebook = given(begun().at(0), inherits);
    const [fact] = notebook.facts();
    assert.deepEqual(fact?.kind === "allocated" && fact.about, {
      ...VM,
      module: "nova",
      allocation: "fleet",
    });
    notebook.recognises(inherits);
  });

  test("takes no module from the allocation of another application", () => {
    const saying = allocated("i-1", { type: "vm", owner: "lpds", allocation: "fleet" }).at(5);
    const notebook = given(begun({ application: "other" }).at(0), intended().at(0), saying);
    const fact = notebook.facts()[1];
    assert.deepEqual(fact?.kind === "allocated" && fact.about, { ...VM, allocation: "fleet" });
  });

  test("without an application is refused where nothing else says it", () => {
    const notebook = given();
    const nameless = { type: "vm", owner: "lpds" };
    notebook.refuses(allocated("i-1", nameless), "application-missing");
    notebook.refuses(allocated("i-1", { ...nameless, allocation: "fleet" }), "unknown-allocation");
  });

  test("is refused where it speaks of another thing than is known by the id", () => {
    const notebook = given(intended());
    for (const other of [{ application: "x" }, { type: "x" }, { owner: "x" }]) {
      notebook.refuses(allocated("i-1", { ...VM, ...other }), "id-used");
    }
    notebook.refuses(allocated("i-1", { type: "x" }), "id-used");
  });

  test("is described by the earliest report until the registration has arrived", () => {
    const early = allocated("i-1", { ...VM, ttlSeconds: 60 }).at(5);
    const late = allocated("i-2", { ...VM, ttlSeconds: 3600 }).at(6);
    for (const sayings of [
      [early, late],
      [late, early],
    ]) {
      assert.equal(given(...sayings).standing().findings["over-ttl"], 6);
    }
    assert.equal(
      given(early, late, intended({ ttlSeconds: null }).at(0)).standing().findings["over-ttl"],
      undefined,
    );
  });

  test("ends an unknown outcome", () => {
    const notebook = given(intended().at(0), unknown().at(5));
    notebook.accepts(allocated("i-1").at(6));
    assert.deepEqual(notebook.standing("vm-1", 7), { state: "allocated", due: 6 + 24 * 60, findings: {} });
  });
});
