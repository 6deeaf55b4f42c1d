import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ResourceFact } from "./fact.ts";
import type { Resource } from "./record.ts";
import { stateOf } from "./resource-state.ts";
import { LIMITS } from "./shapes.ts";
import {
  allAttemptsFailed,
  allocated,
  confirmedExists,
  confirmedGone,
  confirmedNeverCreated,
  extended,
  forgotten,
  freed,
  given,
  held,
  intended,
  minute,
  type Notebook,
  releaseFailed,
  releasing,
  type Saying,
  unheld,
  unknown,
} from "./testing/given.ts";

interface Deciding {
  readonly reason: string;
  readonly decision: string;
}

const doubtful = () => given(intended().at(0), unknown().at(1));
const running = () => given(intended().at(0), allocated("i-1").at(1));
const releasingOne = () => given(intended().at(0), allocated("i-1").at(1), releasing().at(2));

/** Every decision on how a resource stands, what allows it, and then what changes that and what repeats it. */
const DECISIONS: { [name: string]: [Saying, () => Notebook, Saying[], Saying] } = {
  "confirm-exists": [confirmedExists("i-1"), doubtful, [allAttemptsFailed(), allocated("i-1")], unknown()],
  "confirm-never-created": [confirmedNeverCreated(), doubtful, [allocated("i-1"), releasing()], unknown()],
  "confirm-gone": [confirmedGone(), running, [allocated("i-2"), freed("i-1")], allocated("i-1")],
  forget: [forgotten(), running, [allocated("i-2"), confirmedGone()], allocated("i-1")],
};

for (const [name, [saying, before, changes, repetition]] of Object.entries(DECISIONS)) {
  describe(name, () => {
    test("records who said it, why, and when", () => {
      const notebook = before();
      notebook.accepts(saying.with({ decision: "d-1" }).at(5), { id: "vm-1", decision: "d-1" });
      const { at, arrival, actor, reason, decision } = notebook.facts().at(-1) as ResourceFact & Deciding;
      assert.deepEqual([at, arrival, actor], [minute(5), minute(60), "tester"]);
      assert.deepEqual([reason, decision], [saying.input.reason, "d-1"]);
    });

    test("gets an id where it has none", () => {
      before().accepts(saying, { id: "vm-1", decision: "minted-1" });
    });

    test("told again by its id changes nothing, whenever, and whatever has come since", () => {
      const notebook = before();
      const named = saying.with({ decision: "d-1", seen: 2 });
      notebook.decides(named);
      const reply = { id: "vm-1", decision: "d-1" };
      notebook.recognises(named, reply);
      notebook.recognises(named.at(7), reply);
      notebook.decides(allocated("i-2").at(30));
      notebook.decides(freed("i-2").at(31));
      notebook.now = 120;
      notebook.recognises(named, reply);
    });

    test("with the id of another decision is refused", () => {
      const notebook = before();
      notebook.decides(saying.with({ decision: "d-1" }));
      notebook.refuses(saying.with({ decision: "d-1", reason: "another" }), "id-used");
      const others = Object.values(DECISIONS).filter(([other]) => other.command !== saying.command);
      for (const [other] of others) notebook.refuses(other.with({ decision: "d-1" }), "id-used");
    });

    test("is refused where its state or external ids are not those that were seen", () => {
      for (const change of changes) {
        const notebook = before();
        notebook.decides(change.at(10));
        const refusal = notebook.refuses(saying.with({ seen: 2 }), "changed-since");
        assert.deepEqual(refusal.more, { version: 3 });
      }
    });

    test("is refused of a version that is not there", () => {
      before().refuses(saying.with({ seen: 3 }), "changed-since");
    });

    test("is refused where more has come since than one can overlook", () => {
      const notebook = before();
      for (let time = 3; notebook.facts().length <= 2 + LIMITS.unseenFacts; time++) {
        notebook.hears(extended(90).at(time / 100));
      }
      notebook.refuses(saying.with({ seen: 2 }), "changed-since");
      notebook.decides(saying.with({ seen: 3 }));
    });

    test("is not refused for what makes no difference", () => {
      for (const news of [extended(90), held(90), repetition]) {
        const notebook = before();
        notebook.decides(news.at(10));
        notebook.decides(saying.with({ seen: 2 }));
      }
    });

    test("is refused for a resource that is not registered", () => {
      given().refuses(saying, "unknown-resource");
    });

    test("is taken of a record that has as many facts as one may have", () => {
      const notebook = before();
      for (let time = 3; notebook.facts().length < LIMITS.factsPerRecord; time++) {
        notebook.hears(extended(90).at(time / 100));
      }
      notebook.refuses(extended(91), "too-many-facts");
      notebook.decides(saying);
      notebook.decides(held(90));
      notebook.decides(unheld());
    });
  });
}

describe("what changed since it was seen", () => {
  test("matters though it has changed back", () => {
    const notebook = doubtful();
    notebook.decides(allAttemptsFailed().at(5));
    notebook.decides(unknown().at(6));
    assert.equal(notebook.standing().state, "unknown");
    notebook.refuses(confirmedNeverCreated({ seen: 2 }), "changed-since");
  });

  test("is told: what it was, what came, what it is now", () => {
    const notebook = doubtful();
    notebook.decides(allocated("i-1").at(5));
    const { detail } = notebook.refuses(confirmedNeverCreated({ seen: 2 }), "changed-since");
    assert.equal(
      detail,
      "vm-1 was unknown when you saw it; since then `allocated` was recorded, and it is allocated.",
    );
  });

  test("and makes no difference stays open, where the word has not seen it", () => {
    const doubted = doubtful();
    doubted.decides(unknown({ reason: "reset" }).at(10));
    doubted.decides(confirmedNeverCreated({ seen: 2 }));
    assert.deepEqual(doubted.standing(), { state: "unknown", due: 10, findings: { "unknown-outcome": 10 } });

    const seenAlive = running();
    seenAlive.decides(allocated("i-1").at(10));
    seenAlive.decides(confirmedGone({ seen: 2 }));
    assert.deepEqual(seenAlive.standing().findings, { zombie: 60 });

    const failing = releasingOne();
    failing.decides(releaseFailed().at(10));
    failing.decides(confirmedGone({ seen: 3 }));
    assert.deepEqual(failing.standing().findings, { "release-failed": 10 });
  });

  test("does not widen what was said of an earlier time", () => {
    const notebook = given(intended().at(0), unknown().at(1), unknown().at(20), extended(90).at(30));
    notebook.decides(confirmedNeverCreated({ seen: 3 }).at(10));
    assert.deepEqual(notebook.standing().findings, { "unknown-outcome": 20 });
  });
});

describe("of two closing words", () => {
  test("the later one counts, whichever was told first; of the same moment, always the same one", () => {
    for (const [gone, state] of [
      [9, "never-created"],
      [10, "never-created"],
      [11, "freed"],
    ] as const) {
      const notebook = doubtful();
      notebook.decides(confirmedNeverCreated().at(10));
      notebook.decides(unknown().at(20));
      notebook.decides(confirmedGone().at(gone));
      notebook.decides(allAttemptsFailed().at(30));
      assert.equal(notebook.standing().state, state);
      const resource = notebook.resource("vm-1") as Resource;
      assert.equal(stateOf({ ...resource, facts: resource.facts.toReversed() }), state);
    }
  });
});
