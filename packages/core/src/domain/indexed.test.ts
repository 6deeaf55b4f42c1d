import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEFAULTS } from "./defaults.ts";
import { rankOf } from "./finding.ts";
import { indexed } from "./indexed.ts";
import type { Allocation, Resource } from "./record.ts";
import { allocated, begun, freed, given, intended, minute } from "./testing/given.ts";

const context = { now: minute(60), defaults: DEFAULTS };

describe("the columns", () => {
  test("of a resource tell what it is, how it stands, and what it can be found by", () => {
    const notebook = given(
      begun({ timeoutSeconds: 7200 }).at(0),
      intended({ allocation: "fleet", module: "nova", labels: { team: "a", env: "ci" } }).at(0),
      allocated("i-1").at(1),
      allocated("i-2").at(2),
    );
    assert.deepEqual(indexed(notebook.resource("vm-1") as Resource, notebook.allocation("fleet"), context), {
      state: "allocated",
      finding: rankOf("duplicate"),
      since: minute(2),
      due: minute(130),
      application: "probe",
      module: "nova",
      owner: "lpds",
      type: "vm",
      allocation: "fleet",
      tags: ["external-id i-1", "external-id i-2", "label team=a", "label env=ci"],
    });
  });

  test("of an allocation have its own label as a tag", () => {
    const notebook = given(begun({ label: "nightly", timeoutSeconds: 60 }).at(0));
    assert.deepEqual(indexed(notebook.allocation("fleet") as Allocation, undefined, context), {
      state: "open",
      finding: rankOf("overdue-allocation"),
      since: minute(1),
      due: minute(60),
      application: "probe",
      module: "nova",
      owner: null,
      type: null,
      allocation: null,
      tags: ["allocation nightly"],
    });
  });

  test("have one finding: the worst that holds", () => {
    const notebook = given(
      intended().at(0),
      allocated("i-1").at(1),
      allocated("i-2").at(2),
      freed("i-2").at(3),
    );
    const { finding, since } = indexed(notebook.resource("vm-1") as Resource, undefined, context);
    assert.deepEqual([finding, since], [rankOf("contradicted"), minute(3)]);
  });

  test("are null where there is nothing to tell", () => {
    const notebook = given(intended().at(0), freed().at(1));
    const columns = indexed(notebook.resource("vm-1") as Resource, undefined, context);
    assert.deepEqual(
      [columns.finding, columns.since, columns.due, columns.module, columns.allocation],
      [null, null, null, null, null],
    );
  });
});
