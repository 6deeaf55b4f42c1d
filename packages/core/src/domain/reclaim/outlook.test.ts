import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEFAULTS } from "../defaults.ts";
import type { Policy } from "../policy.ts";
import type { Resource } from "../record.ts";
import {
  allocated,
  CLOUD,
  claimed,
  extended,
  freed,
  given,
  held,
  intended,
  minute,
  type Notebook,
  plannedOrder,
  reclaimOrdered,
  releasing,
  type Saying,
  sessionClosed,
  sessionFollowed,
  sessionLapsed,
  sessionOpened,
  settled,
} from "../testing/given.ts";
import { type OBSTACLES, outlookOf, type Surroundings } from "./outlook.ts";
import { ATTEMPTS } from "./reclaim-defaults.ts";

const POLICY: Policy = {
  name: "ci",
  match: {},
  mode: "auto",
  settlesNeverCreated: false,
  graceSeconds: 600,
  attempts: ATTEMPTS,
  budget: { count: 10, percent: 100, windowSeconds: 600 },
  startFreezeSeconds: 0,
  settleSeconds: 30,
};

const PLAN_STANDS = { isPlanStanding: () => true };

type Code = (typeof OBSTACLES)[number];

interface Case {
  readonly given: Notebook;
  readonly policy?: Partial<Policy> | null;
  readonly served?: Partial<typeof CLOUD> | null;
  readonly surroundings?: Partial<Surroundings>;
}

function outlook({ given: notebook, policy = {}, served = {}, surroundings = {} }: Case) {
  const resource = notebook.resource("vm-1") as Resource;
  const reclaim = {
    policies: policy === null ? [] : [{ ...POLICY, ...policy }],
    served: served === null ? [] : [{ ...CLOUD, ...served }],
  };
  return outlookOf(resource, {
    now: minute(60),
    defaults: { ...DEFAULTS, reclaim },
    allocation: undefined,
    session: notebook.session("engine-1"),
    children: [],
    freezes: [],
    ...surroundings,
  });
}

const codes = (about: Case): Code[] => outlook(about).obstacles.map(({ code }) => code);

const overdue = (more = {}) => given(intended({ ttlSeconds: 60, ...more }).at(0), allocated("i-1").at(1));
const child = given(intended({ id: "vm-2", parent: "vm-1" }), allocated("i-2", { id: "vm-2" }));
const orderedBy = (notebook: Notebook, ...more: Saying[]) => {
  for (const saying of [reclaimOrdered(), ...more]) notebook.decides(saying);
  return notebook;
};

/** What stands in the way; with nothing, it would be freed. */
const CASES: { readonly [what: string]: readonly [Case, Code[]] } = {
  "what is overdue, by a policy that is for it": [{ given: overdue() }, []],
  "what is gone": [
    { given: given(intended(), allocated("i-1"), freed("i-1")) },
    ["nothing-to-free", "not-due"],
  ],
  "what was only planned": [{ given: given(intended().at(0)) }, ["nothing-to-free", "not-due"]],
  "what is left of two, once its life is over": [{ given: leftOfTwo() }, []],
  "what is left of two, and in use": [{ given: leftOfTwo({ ttlSeconds: 86_400 }) }, ["not-due"]],
  "what is left of two, and extended": [{ given: leftOfTwo({}, extended(600)) }, ["not-due"]],
  "what is left of two, and whose engine lives": [
    { given: given(sessionOpened(), ...twoSayings({ session: "engine-1" }), freed("i-2").at(4)) },
    ["session-alive"],
  ],
  "what is left of two, and whose engine is dead": [
    {
      given: given(
        sessionOpened(),
        ...twoSayings({ session: "engine-1", ttlSeconds: 86_400 }),
        freed("i-2").at(4),
        sessionLapsed(),
        sessionFollowed(),
      ),
      policy: { graceSeconds: 0 },
    },
    [],
  ],
  "what is left of two that were to be released": [
    { given: leftOfTwo({ ttlSeconds: 86_400 }, releasing().at(3)) },
    [],
  ],
  "what is left of two whose release is not overdue": [
    { given: leftOfTwo({}, releasing({ timeoutSeconds: 86_400 }).at(3)) },
    ["not-due"],
  ],
  "two of which nobody knows which one was reported freed, once their life is over": [
    { given: given(...twoSayings(), freed().at(4)) },
    [],
  ],
  "what is not overdue": [{ given: given(intended(), allocated("i-1")) }, ["not-due"]],
  "what is in its grace": [{ given: overdue(), policy: { graceSeconds: 7_200 } }, ["grace"]],
  "what no policy is for": [{ given: overdue(), policy: null }, ["no-policy"]],
  "what a policy observes": [{ given: overdue(), policy: { mode: "observe" } }, ["observe"]],
  "what a policy asks about": [{ given: overdue(), policy: { mode: "ask" } }, ["ask"]],
  "what somebody holds": [{ given: given(...sayings(), held(90)) }, ["held"]],
  "what was held, and not let go": [{ given: given(...sayings(), held(30).at(2)) }, ["hold-ended"]],
  "what a live engine owns": [
    { given: given(sessionOpened(), ...sayings({ session: "engine-1" })) },
    ["session-alive"],
  ],
  "what a dead engine owned": [
    { given: given(sessionOpened(), ...sayings({ session: "engine-1" }), sessionLapsed()) },
    [],
  ],
  "what an engine owned that fell silent with many": [
    {
      given: given(
        sessionOpened(),
        ...sayings({ session: "engine-1" }),
        sessionLapsed({ together: { silent: 9, of: 10 }, until: minute(90) }),
      ),
    },
    ["session-alive"],
  ],
  "what an engine left in order": [
    { given: given(sessionOpened(), ...sayings({ session: "engine-1" }), sessionClosed()) },
    [],
  ],
  "what somebody is at": [{ given: orderedBy(overdue(), claimed()) }, ["claimed"]],
  "what could not be freed just now": [
    { given: orderedBy(overdue(), claimed(), settled("failed")) },
    ["backing-off"],
  ],
  "what has children": [
    { given: overdue(), surroundings: { children: [child.resource("vm-2") as Resource] } },
    ["children"],
  ],
  "what nobody serves": [{ given: overdue(), served: null }, ["no-provider"]],
  "what nobody can look at": [{ given: overdue(), served: { looks: false } }, ["cannot-look"]],
  "what may mean another thing": [{ given: overdue(), served: { identity: "reused" } }, ["identity-reused"]],
  "what is frozen": [{ given: overdue(), surroundings: { freezes: [{ says: "A storm." }] } }, ["frozen"]],
  "what is frozen for another policy": [
    { given: overdue(), surroundings: { freezes: [{ policy: "other", says: "Spent." }] } },
    [],
  ],
  "what a server sees that just started": [
    { given: overdue(), policy: { startFreezeSeconds: 60 }, surroundings: { started: minute(59.5) } },
    ["starting"],
  ],
  "what a person has ordered, in a policy that asks": [
    { given: orderedBy(overdue()), policy: { mode: "ask" } },
    [],
  ],
  "what a person has ordered, though it is not overdue": [
    { given: orderedBy(given(intended(), allocated("i-1"))), policy: null },
    [],
  ],
  "what a person has ordered, though its engine lives and its identity may mean another thing": [
    {
      given: orderedBy(given(sessionOpened(), ...sayings({ session: "engine-1" }))),
      served: { identity: "reused" },
    },
    [],
  ],
  "what was ordered while the policy's budget is spent": [
    { given: orderedBy(overdue()), surroundings: { freezes: [{ policy: "ci", says: "Spent." }] } },
    [],
  ],
  "what a plan has ordered, in the policy that asked": [
    { given: given(...sayings(), plannedOrder()), policy: { mode: "ask" }, surroundings: PLAN_STANDS },
    [],
  ],
  "what a plan has ordered that was called off": [
    { given: given(...sayings(), plannedOrder()), policy: { mode: "ask" } },
    ["ask"],
  ],
  "what a plan has ordered by a policy that is gone": [
    { given: given(...sayings(), plannedOrder()), policy: null, surroundings: PLAN_STANDS },
    ["no-policy"],
  ],
  "what a plan has ordered by a policy that only observes by now": [
    { given: given(...sayings(), plannedOrder()), policy: { mode: "observe" }, surroundings: PLAN_STANDS },
    ["observe"],
  ],
  "what a plan has ordered, and is not overdue any more": [
    { given: given(intended(), allocated("i-1"), plannedOrder()), surroundings: PLAN_STANDS },
    ["not-due"],
  ],
  "what a plan has ordered, and whose engine lives": [
    {
      given: given(sessionOpened(), ...sayings({ session: "engine-1" }), plannedOrder()),
      surroundings: PLAN_STANDS,
    },
    ["session-alive"],
  ],
  "what was ordered, and extended since": [
    { given: given(...sayings(), reclaimOrdered().at(3), extended(600).at(4)), policy: null },
    ["no-policy"],
  ],
  "what was ordered, and of which more came to light since": [
    { given: given(...sayings(), reclaimOrdered().at(3), allocated("i-2").at(4)), policy: null },
    ["no-policy"],
  ],
};

function twoSayings(more = {}): Saying[] {
  return [...sayings(more), allocated("i-2").at(3)];
}

/** Of two things the second was reported freed. */
function leftOfTwo(more = {}, ...others: Saying[]): Notebook {
  return given(...twoSayings(more), ...others, freed("i-2").at(4));
}

function sayings(more = {}): Saying[] {
  return [intended({ ttlSeconds: 60, ...more }).at(0), allocated("i-1").at(1)];
}

describe("what stands in the way of freeing", () => {
  for (const [what, [about, expected]] of Object.entries(CASES)) {
    test(what, () => assert.deepEqual(codes(about), expected));
  }

  test("says until when, where time is all that is in the way", () => {
    const [obstacle] = outlook({ given: overdue(), policy: { graceSeconds: 7_200 } }).obstacles;
    assert.equal(obstacle?.until, minute(2 + 120));
    assert.equal(obstacle?.says, "The policy ci leaves it alone until 2026-11-23T14:02:00.000Z.");
  });

  test("is not one's own claim", () => {
    const mine = orderedBy(overdue(), claimed());
    assert.deepEqual(codes({ given: mine, surroundings: { claim: 1 } }), []);
    assert.deepEqual(codes({ given: mine, surroundings: { claim: 2 } }), ["claimed"]);
  });
});
