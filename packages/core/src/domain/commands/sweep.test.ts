import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEFAULTS } from "../defaults.ts";
import { begun, given, intended, minute } from "../testing/given.ts";
import { sweep } from "./sweep.ts";

const context = { now: minute(60), actor: "drett", newId: () => "none", defaults: DEFAULTS };

describe("sweep", () => {
  test("looks at the record that it names, and adds nothing to it", () => {
    const notebook = given(intended(), begun());
    const resource = sweep.decide(notebook, { kind: "resource", id: "vm-1" }, context);
    assert.deepEqual(resource, {
      reply: {},
      created: false,
      records: [],
      lookedAt: notebook.resource("vm-1"),
    });
    const allocation = sweep.decide(notebook, { kind: "allocation", id: "fleet" }, context);
    assert.equal("lookedAt" in allocation && allocation.lookedAt, notebook.allocation("fleet"));
  });

  test("looks at nothing where nothing is there", () => {
    const decision = sweep.decide(given(), { kind: "resource", id: "vm-1" }, context);
    assert.deepEqual(decision, { reply: {}, created: false, records: [] });
  });

  test("has no route: it is drett's own", () => {
    assert.equal("route" in sweep, false);
  });
});
