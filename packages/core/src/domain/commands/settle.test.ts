import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { DEFAULTS } from "../defaults.ts";
import { deriveResource } from "../derive-resource.ts";
import { ATTEMPTS } from "../reclaim/reclaim-defaults.ts";
import type { Resource } from "../record.ts";
import {
  allocated,
  claimed,
  given,
  held,
  intended,
  minute,
  type Notebook,
  neverCreatedSettled,
  reclaimOrdered,
  settled,
  sighted,
  standingOf,
  unknown,
} from "../testing/given.ts";

const leaked = () =>
  given(intended({ ttlSeconds: 60 }).at(0), allocated("i-1").at(1), reclaimOrdered(), claimed());
const answers = (notebook: Notebook, saying: Parameters<Notebook["hears"]>[0]) => {
  const answer = notebook.hears(saying);
  assert.ok("reply" in answer);
  return (answer.reply as { settled: boolean }).settled;
};

describe("settle", () => {
  test("takes it for gone after two looks, far enough apart", () => {
    const notebook = leaked();
    assert.equal(answers(notebook, settled("gone")), false, "nobody has looked");
    notebook.accepts(sighted("seen-gone", 60), {});
    assert.equal(answers(notebook, settled("gone")), false, "once proves nothing");
    notebook.now = 60.4;
    notebook.accepts(sighted("seen-gone", 60.4), {});
    assert.equal(answers(notebook, settled("gone")), false, "24 seconds are too near");
    notebook.now = 60.5;
    notebook.accepts(sighted("seen-gone", 60.5), {});
    assert.equal(answers(notebook, settled("gone")), true);
    assert.deepEqual(notebook.standing(), { state: "freed", due: null, findings: {} });
  });

  test("proves nothing by a clock that is behind what is recorded, and does so once it is right again", () => {
    const notebook = leaked();
    for (const minutes of [60, 61]) {
      notebook.now = minutes;
      notebook.accepts(sighted("seen-gone", minutes), {});
    }
    notebook.now = 0.5;
    assert.equal(answers(notebook, settled("gone")), false);
    notebook.now = 61;
    assert.equal(answers(notebook, settled("gone")), true);
    assert.equal(notebook.standing().state, "freed");
  });

  test("does not count looks from before somebody said that it exists", () => {
    const notebook = leaked();
    notebook.now = 62;
    notebook.accepts(sighted("seen-gone", 60), {});
    notebook.accepts(allocated("i-1").at(61));
    notebook.accepts(sighted("seen-gone", 62), {});
    assert.equal(answers(notebook, settled("gone")), false);
  });

  test("needs the looks for each external id that lives", () => {
    const notebook = given(
      intended().at(0),
      allocated("i-1").at(1),
      allocated("i-2").at(1),
      reclaimOrdered(),
      claimed(),
    );
    for (const minutes of [60, 61]) {
      notebook.now = minutes;
      notebook.accepts(sighted("seen-gone", minutes), {});
    }
    assert.equal(answers(notebook, settled("gone")), false);
  });

  test("needs a search that finds no more, begun long enough after the last attempt of which nobody could tell", () => {
    const notebook = given(
      intended({ ttlSeconds: 60 }).at(0),
      unknown().at(59.75),
      allocated("i-1").at(59.8),
      reclaimOrdered(),
      claimed(),
    );
    notebook.accepts(sighted("seen-gone", 60), {});
    notebook.accepts(sighted("not-found", 60.2), {});
    notebook.now = 60.6;
    notebook.accepts(sighted("seen-gone", 60.6), {});
    assert.equal(answers(notebook, settled("gone")), false, "the search was too early");
    notebook.accepts(sighted("not-found", 60.3), {});
    assert.equal(answers(notebook, settled("gone")), true);
  });

  test("needs a search of what only a look has found, and one since then", () => {
    const notebook = given(intended({ ttlSeconds: 60 }).at(0));
    notebook.accepts(sighted("not-found", 20), {});
    notebook.accepts(sighted("seen", 30), {});
    for (const saying of [reclaimOrdered(), claimed()]) notebook.decides(saying);
    for (const minutes of [60, 61]) {
      notebook.now = minutes;
      notebook.accepts(sighted("seen-gone", minutes), {});
    }
    assert.equal(answers(notebook, settled("gone")), false);
    notebook.accepts(sighted("not-found", 61), {});
    assert.equal(answers(notebook, settled("gone")), true);
  });

  test("answers alike when it is told again, and refuses whoever holds another claim", () => {
    const notebook = leaked();
    assert.equal(answers(notebook, settled("failed", { claim: 2 })), false);
    assert.equal(answers(notebook, settled("failed")), true);
    assert.equal(answers(notebook, settled("failed")), false, "the claim has ended");
  });

  test("is stuck at once where it is denied, and after the last attempt", () => {
    const denied = leaked();
    denied.decides(settled("denied", { reason: "403" }));
    assert.ok("stuck" in denied.standing().findings);
    const failing = leaked();
    failing.decides(settled("failed"));
    for (let claim = 2; claim <= ATTEMPTS.most; claim += 1) {
      assert.ok(!("stuck" in failing.standing().findings), `after ${claim - 1}`);
      failing.now += 60;
      failing.decides(claimed({ attempt: `attempt-${claim}` }));
      failing.decides(settled("failed", { claim }));
    }
    assert.ok("stuck" in failing.standing().findings);
  });

  test("counts an attempt whose time is over once", () => {
    const failing = leaked();
    for (let claim = 1; claim <= ATTEMPTS.most; claim += 1) {
      if (claim > 1) failing.decides(claimed({ attempt: `attempt-${claim}` }));
      assert.ok(!("stuck" in failing.standing().findings), `before ${claim} has ended`);
      failing.now += 5;
      failing.decides(settled("failed", { claim }));
      failing.now += 60;
    }
    assert.ok("stuck" in failing.standing().findings);
  });
});

describe("settle-never-created", () => {
  test("closes nothing that no policy lets it close", () => {
    const notebook = given(intended().at(0), unknown().at(1));
    for (const minutes of [58, 59]) notebook.accepts(sighted("not-found", minutes), {});
    assert.equal(answers(notebook, neverCreatedSettled()), false);
    assert.equal(notebook.standing().state, "unknown");
  });
});

test("in whatever order its facts arrived, the record stands alike", () => {
  const notebook = leaked();
  notebook.decides(settled("failed"));
  notebook.now = 90;
  notebook.decides(held(95));
  notebook.now = 100;
  notebook.decides(claimed({ attempt: "attempt-2" }));
  notebook.accepts(sighted("seen-gone", 100), {});
  notebook.now = 101;
  notebook.accepts(sighted("seen-gone", 101), {});
  notebook.decides(settled("denied", { claim: 2 }));
  const { facts } = notebook.resource("vm-1") as Resource;
  const stands = (order: Resource["facts"]) =>
    standingOf(
      deriveResource(
        { kind: "resource", id: "vm-1", facts: order },
        {
          now: minute(102),
          allocation: undefined,
          defaults: DEFAULTS,
        },
      ),
    );
  const expected = stands(facts);
  assert.ok("stuck" in expected.findings);
  fc.assert(
    fc.property(fc.shuffledSubarray([...facts], { minLength: facts.length }), (order) => {
      assert.deepEqual(stands(order), expected);
    }),
  );
});
