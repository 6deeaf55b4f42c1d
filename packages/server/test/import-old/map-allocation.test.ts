import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allocation, bad, reason, resource, said } from "./mapped.ts";
import { idOf, local, oid, utc } from "./old-documents.ts";

const begun = {
  id: idOf(oid(1)),
  application: "probe",
  module: "nova",
  label: "a-label",
  timeoutSeconds: 600,
  at: utc(0),
};
describe("an allocation", () => {
  test("that is PENDING was begun when its id was made, with the time to its deadline", () => {
    assert.deepEqual(said(allocation()), {
      states: "PENDING → open",
      steps: [["begin-allocation", begun]],
      remarks: [],
    });
  });

  test("that is DONE was finished at its close time", () => {
    assert.deepEqual(said(allocation({ state: "DONE", close_time: local(5) })), {
      states: "DONE → done",
      steps: [
        ["begin-allocation", begun],
        ["finish-allocation", { id: begun.id, outcome: "done", at: utc(5) }],
      ],
      remarks: [],
    });
  });

  test("that is FAILED is finished with its reason", () => {
    const { states, steps } = said(
      allocation({ state: "FAILED", close_time: local(5), reason: "Timeout()" }),
    );
    assert.equal(states, "FAILED → failed");
    const finish = { id: begun.id, outcome: "failed", reason: "Timeout()", at: utc(5) };
    assert.deepEqual(steps[1], ["finish-allocation", finish]);
  });

  for (const [what, more, timeoutSeconds, remark] of [
    ["with parts of a second", { deadline: { $date: local(1).$date + 1 } }, 61, undefined],
    ["at its beginning", { deadline: local(0) }, 0, undefined],
    ["before its creation", { deadline: local(-5) }, 0, /before its creation: is the time zone right/],
    ["after twenty years", { deadline: local(20 * 525_960) }, 315_360_000, /taken as ten years/],
    ["in the year 9999", { deadline: { $date: Date.UTC(9999) } }, 315_360_000, /taken as ten years/],
    ["of 1999", { deadline: { $date: Date.UTC(1999) } }, undefined, /deadline is not of the years 2000/],
    ["that is a text", { deadline: "tomorrow" }, undefined, /deadline is no time, and is left out/],
    ["that is a number", { deadline: 5 }, undefined, /deadline is no time, and is left out/],
    ["that is no date", { deadline: { $date: null } }, undefined, /deadline is no time, and is left out/],
    ["beyond all dates", { deadline: { $date: -1e15 } }, undefined, /not of the years 2000/],
    ["that is missing", { deadline: undefined }, undefined, /without a deadline, the default holds/],
    ["that is null", { deadline: null }, undefined, /without a deadline, the default holds/],
  ] as const) {
    test(`with a deadline ${what} has a timeout of ${timeoutSeconds} seconds`, () => {
      const { steps, remarks } = said(allocation(more));
      assert.equal(steps[0]?.[1].timeoutSeconds, timeoutSeconds);
      assert.match(remarks.join("\n"), remark ?? /^$/);
    });
  }

  test("without a close time was finished when it was begun, which is remarked", () => {
    const { steps, remarks } = said(allocation({ state: "DONE" }));
    assert.deepEqual(steps[1]?.[1], { id: begun.id, outcome: "done", at: utc(0) });
    assert.deepEqual(remarks, ["without close_time, the time of its creation is taken"]);
  });

  for (const [what, allocation_id] of bad) {
    test(`with a label that is ${what} has none, which is remarked`, () => {
      const { steps, remarks } = said(allocation({ allocation_id }));
      const { label: _, ...others } = begun;
      assert.deepEqual(steps[0]?.[1], others);
      assert.match(remarks.join(), /^its allocation_id is not text of 1 to 1024 .*, and is left out$/);
    });
  }

  for (const field of ["application", "module"]) {
    for (const [what, value] of bad) {
      test(`whose ${field} is ${what} is not mappable`, () => {
        assert.match(
          reason(allocation({ [field]: value })),
          new RegExp(`^its ${field} is not text of 1 to 1024`),
        );
      });
    }
    test(`without a ${field} is not mappable`, () => {
      assert.equal(reason(allocation({ [field]: undefined })), `its ${field} is missing`);
    });
  }

  for (const [state, shown] of [
    ["ALLOCATED", '"ALLOCATED"'],
    [undefined, "missing"],
    [7, "7"],
    ["constructor", '"constructor"'],
  ] as const) {
    test(`in the state ${shown} is not mappable`, () => {
      assert.equal(reason(allocation({ state })), `its state is ${shown}, and none of PENDING, DONE, FAILED`);
    });
  }

  for (const label of [
    { $uuid: "6f9619ff8b86d011b42d00c04fc964ff" },
    42,
    { $numberLong: "9007199254740993" },
  ]) {
    test(`keeps ${JSON.stringify(label)} as its label, as the old protocol does`, () => {
      const { steps } = said(allocation({ allocation_id: label }));
      const digits = typeof label === "number" ? "42" : Object.values(label)[0];
      assert.equal(steps[0]?.[1].label, digits);
    });
  }
});

describe("an _id", () => {
  for (const [_id, expected] of [
    [undefined, /no ObjectId/],
    [7, /no ObjectId/],
    ["vm-1", /no ObjectId/],
    [{ $oid: "zz" }, /no ObjectId/],
    [{ a: 1 }, /no ObjectId/],
    [{ $oid: "0".repeat(24) }, /created in 1970; drett knows the years 2000 to 2099/],
    [{ $oid: "f".repeat(24) }, /created in 2106; drett knows the years 2000 to 2099/],
  ] as const) {
    test(`that is ${JSON.stringify(_id)} is not mappable`, () => {
      assert.match(reason(allocation({ _id })), expected);
      assert.match(reason(resource({ _id })), expected);
    });
  }

  test("may be the digits alone", () => {
    assert.deepEqual(said(allocation({ _id: oid(1).$oid })), said(allocation()));
  });
});
