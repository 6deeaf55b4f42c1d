import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LIMITS } from "@drett/core";
import { bad, long, reason, resource, said } from "./mapped.ts";
import { idOf, local, oid, utc } from "./old-documents.ts";

const id = idOf(oid(2, 1));
const intent = { id, owner: "lpds", type: "vm", allocation: idOf(oid(1)), at: utc(1) };

describe("a resource", () => {
  test("that is PENDING is an intent, with the deadline of its allocation", () => {
    assert.deepEqual(said(resource()), {
      states: "PENDING → pending",
      steps: [["register-intent", intent]],
      remarks: [],
    });
  });

  test("that is ALLOCATED exists since its allocation time", () => {
    const mapped = resource({ state: "ALLOCATED", resource_id: "i-1", allocation_time: local(3) });
    assert.deepEqual(said(mapped), {
      states: "ALLOCATED → allocated",
      steps: [
        ["register-intent", intent],
        ["report-allocated", { id, externalId: "i-1", at: utc(3) }],
      ],
      remarks: [],
    });
  });

  test("that is FAILED is unknown, with its reason", () => {
    const mapped = resource({ state: "FAILED", reason: "<type 'Timeout'>(…)", close_time: local(4) });
    assert.deepEqual(said(mapped), {
      states: "FAILED → unknown",
      steps: [
        ["register-intent", intent],
        ["report-unknown", { id, reason: "<type 'Timeout'>(…)", at: utc(4) }],
      ],
      remarks: [],
    });
  });

  test("that is FREE was freed at its close time, under its name", () => {
    const mapped = resource({
      state: "FREE",
      resource_id: "i-1",
      allocation_time: local(3),
      close_time: local(9),
    });
    assert.deepEqual(said(mapped), {
      states: "FREE → freed",
      steps: [
        ["register-intent", intent],
        ["report-allocated", { id, externalId: "i-1", at: utc(3) }],
        ["report-freed", { id, externalId: "i-1", at: utc(9) }],
      ],
      remarks: [],
    });
  });

  test("that is FREE without a name was freed all the same", () => {
    const { steps } = said(resource({ state: "FREE", close_time: local(9) }));
    assert.deepEqual(steps, [
      ["register-intent", intent],
      ["report-freed", { id, at: utc(9) }],
    ]);
  });

  test("that is FAILED although it has a name exists", () => {
    const more = { state: "FAILED", resource_id: "i-1", allocation_time: local(3), close_time: local(4) };
    const { states, steps } = said(resource(more));
    assert.equal(states, "FAILED → allocated");
    assert.deepEqual(
      steps.map(([name]) => name),
      ["register-intent", "report-allocated", "report-unknown"],
    );
  });

  test("that is PENDING although it has a name exists", () => {
    assert.equal(said(resource({ resource_id: "i-1" })).states, "PENDING → allocated");
  });

  for (const [resource_id, shown] of [
    [undefined, "missing"],
    [null, "null"],
    ["", '""'],
    [long, '"xxx'],
    ["a\0b", '"a\\u0000b"'],
    [{ a: 1 }, '{"a":1}'],
  ] as const) {
    test(`that is ALLOCATED as ${shown} is unknown, since nobody could find it by that`, () => {
      const more = { state: "ALLOCATED", resource_id, allocation_time: local(3) };
      const { states, steps } = said(resource(more));
      assert.equal(states, "ALLOCATED → unknown");
      const unknown = steps[1]?.[1] as { reason: string; at: string };
      assert.ok(
        unknown.reason.startsWith(`allocated, says drett 0.1; its resource_id: ${shown}`),
        unknown.reason,
      );
      assert.ok(unknown.reason.length <= LIMITS.textCharacters);
      assert.equal(unknown.at, utc(3));
    });
  }

  test("that is FAILED without a reason says so; with too long a one it loses the middle", () => {
    const reasons = [undefined, null, "", `begin${long}end\0`, { errno: 1 }].map((reason) => {
      const { steps } = said(resource({ state: "FAILED", reason, close_time: local(4) }));
      return steps[1]?.[1].reason;
    });
    const without = "failed, says drett 0.1 without a reason";
    assert.deepEqual(reasons.slice(0, 3), [without, without, without]);
    assert.match(String(reasons[3]), /^beginx+ … x+end\u{fffd}$/u);
    assert.equal(reasons[4], '{"errno":1}');
  });

  for (const [what, more, at, remark] of [
    [
      "allocation time",
      { close_time: undefined, allocation_time: local(3) },
      utc(3),
      /allocation_time is taken/,
    ],
    ["creation", { close_time: undefined, allocation_time: undefined }, utc(1), /its creation is taken/],
    ["creation", { close_time: "noon", allocation_time: 5 }, utc(1), /close_time is no time[^]*creation/],
    ["creation", { close_time: { $date: 0 } }, utc(1), /close_time is not of the years 2000 to 2099/],
  ] as const) {
    test(`that is FAILED with ${JSON.stringify(more)} became so at its ${what}`, () => {
      const { steps, remarks } = said(resource({ state: "FAILED", ...more }));
      assert.equal(steps[1]?.[1].at, at);
      assert.match(remarks.join("\n"), remark);
    });
  }

  test("has each remark once", () => {
    const { remarks } = said(resource({ state: "FREE", resource_id: "i-1", allocation_time: 5 }));
    assert.deepEqual(remarks, [
      "its allocation_time is no time, and is left out",
      "without allocation_time, the time of its creation is taken",
      "without close_time, the time of its creation is taken",
    ]);
  });

  for (const field of ["owner", "type"]) {
    for (const [what, value] of bad) {
      test(`whose ${field} is ${what} is not mappable`, () => {
        assert.match(
          reason(resource({ [field]: value })),
          new RegExp(`^its ${field} is not text of 1 to 1024`),
        );
      });
    }
  }

  test("in a state that the old drett did not have is not mappable", () => {
    const expected = 'its state is "DONE", and none of PENDING, ALLOCATED, FAILED, FREE';
    assert.equal(reason(resource({ state: "DONE" })), expected);
  });

  const gone = oid(9);
  for (const [allocation_oid, which, allocation] of [
    [gone, `its allocation ${gone.$oid} was not brought over`, idOf(gone)],
    [gone.$oid, `its allocation ${gone.$oid} was not brought over`, idOf(gone)],
    ["a-label", "it names no allocation", undefined],
    [undefined, "it names no allocation", undefined],
  ] as const) {
    test(`of the allocation ${JSON.stringify(allocation_oid)} needs an application that is named for it`, () => {
      assert.equal(
        reason(resource({ allocation_oid })),
        `${which}: name an application for it with --application`,
      );
      const { steps, remarks } = said(resource({ allocation_oid }, "orphans"));
      const { allocation: _, ...others } = intent;
      const its = allocation === undefined ? {} : { allocation };
      assert.deepEqual(steps[0]?.[1], { ...others, ...its, application: "orphans" });
      assert.match(remarks.join(), /belongs to the application that was named/);
    });
  }
});

describe("a local time that the clocks showed twice", () => {
  const at = (created: string, closed: string) => {
    const digits = (Date.parse(created) / 1_000).toString(16);
    const _id = { $oid: digits.padEnd(24, "0") };
    const { steps } = said(resource({ _id, state: "FREE", close_time: { $date: Date.parse(`${closed}Z`) } }));
    return steps[1]?.[1].at;
  };

  test("is the earlier moment", () => {
    assert.equal(at("2014-10-25T20:00:00Z", "2014-10-26T02:30:00"), "2014-10-26T00:30:00.000Z");
  });
  test("is the later one where the earlier lies before the record's creation", () => {
    assert.equal(at("2014-10-26T00:45:00Z", "2014-10-26T02:30:00"), "2014-10-26T01:30:00.000Z");
  });
  test("is the earlier one where both do: the zone is wrong, and the times say so", () => {
    assert.equal(at("2014-10-26T12:00:00Z", "2014-10-26T02:30:00"), "2014-10-26T00:30:00.000Z");
  });
});
