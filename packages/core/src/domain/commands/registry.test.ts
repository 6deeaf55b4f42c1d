import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Policy } from "../policy.ts";
import { noUsage } from "../quota.ts";
import { LIMITS } from "../shapes.ts";
import {
  allAttemptsFailed,
  allocated,
  beaten,
  begun,
  confirmedExists,
  confirmedGone,
  confirmedLapsed,
  confirmedNeverCreated,
  confirmedOutcome,
  extended,
  failed,
  finished,
  forgotten,
  freed,
  freedByAttributes,
  frozenByItself,
  frozenByPerson,
  given,
  held,
  intended,
  minute,
  type Notebook,
  planAborted,
  planApproved,
  planNoted,
  planProposed,
  reclaimOrdered,
  releaseFailed,
  releasing,
  type Saying,
  sessionClosed,
  sessionLapsed,
  sessionOpened,
  thawed,
  time,
  unheld,
  unknown,
  VM,
} from "../testing/given.ts";
import { COMMANDS } from "./registry.ts";

const withoutRoom = () => {
  const notebook = given();
  notebook.allowanceOf = () => ({ quota: { live: 0 }, usage: noUsage() });
  return notebook;
};
const registered = () => given(intended().at(0));
const fullAllocation = () => {
  const notebook = given(begun().at(0));
  for (let time = 1; time < LIMITS.factsPerRecord; time++) notebook.hears(finished("done").at(time / 1_000));
  return notebook;
};
const full = () =>
  given(
    intended().at(0),
    ...Array.from({ length: LIMITS.factsPerRecord - 1 }, (_, n) => unknown({ reason: `${n}` })),
  );
const ambiguous = () =>
  given(...["vm-1", "vm-2"].flatMap((id) => [intended({ id }), allocated("i-1", { id })]));
const pruned = () =>
  given().buries("resource", "vm-1").buries("allocation", "fleet").buries("session", "engine-1");
const nameless = { type: "vm", owner: "lpds" };

const lapsedTogether = () => sessionLapsed({ together: { silent: 9, of: 10 }, until: minute(120) });

/** What every decision on how a resource stands is refused for. */
function deciding(saying: Saying): { [refusal: string]: [Notebook, Saying] } {
  const word = saying.with({ decision: "d-1" });
  return {
    "unknown-resource": [given(), word],
    pruned: [pruned(), word],
    "id-used": [given(intended(), unknown(), word), word.with({ reason: "another" })],
    "changed-since": [given(intended(), unknown()), word.with({ seen: 1 })],
  };
}

/** For every command and each refusal that it declares: what is known, and what is said then. */
const PROVOCATIONS: { [command: string]: { [refusal: string]: [Notebook, Saying] } } = {
  "register-intent": {
    "id-used": [registered(), intended().at(1)],
    "application-missing": [given(), intended().without("application")],
    "unknown-allocation": [given(), intended({ allocation: "fleet" }).without("application")],
    "quota-reached": [withoutRoom(), intended()],
  },
  "begin-allocation": {
    "id-used": [given(begun().at(0)), begun().at(1)],
    "quota-reached": [withoutRoom(), begun({ resources: [nameless] })],
  },
  "finish-allocation": {
    "unknown-allocation": [given(), finished("done")],
    pruned: [pruned(), finished("done")],
    "too-many-facts": [fullAllocation(), finished("failed")],
  },
  "report-allocated": {
    "unknown-resource": [given(), allocated("i-1")],
    pruned: [pruned(), allocated("i-1")],
    "id-used": [registered(), allocated("i-1", { ...VM, owner: "other" })],
    "application-missing": [given(), allocated("i-1", nameless)],
    "unknown-allocation": [given(), allocated("i-1", { ...nameless, allocation: "fleet" })],
    "too-many-facts": [full(), allocated("i-1", { data: { flavour: "small" } })],
  },
  "report-unknown": {
    "unknown-resource": [given(), unknown()],
    pruned: [pruned(), unknown()],
    "too-many-facts": [full(), unknown()],
  },
  "report-failed": {
    "unknown-resource": [given(), failed()],
    pruned: [pruned(), failed()],
    "too-many-facts": [full(), failed()],
  },
  "report-releasing": {
    "unknown-resource": [given(), releasing()],
    pruned: [pruned(), releasing()],
    "too-many-facts": [full(), releasing()],
  },
  "report-release-failed": {
    "unknown-resource": [given(), releaseFailed()],
    pruned: [pruned(), releaseFailed()],
    "too-many-facts": [full(), releaseFailed()],
  },
  "report-freed": {
    "unknown-resource": [given(), freed()],
    pruned: [pruned(), freed()],
  },
  "free-by-attributes": {
    "no-match": [given(), freedByAttributes("i-1")],
    "ambiguous-match": [ambiguous(), freedByAttributes("i-1")],
  },
  extend: {
    "unknown-resource": [given(), extended(60)],
    pruned: [pruned(), extended(60)],
    "too-many-facts": [full(), extended(60)],
  },
  "open-session": { "id-used": [given(sessionOpened().at(0)), sessionOpened().at(1)] },
  heartbeat: {
    "unknown-session": [given(), beaten()],
    pruned: [pruned(), beaten()],
    "session-closed": [given(sessionOpened(), sessionClosed()), beaten()],
  },
  "close-session": {
    "unknown-session": [given(), sessionClosed()],
    pruned: [pruned(), sessionClosed()],
  },
  "confirm-exists": deciding(confirmedExists("i-1")),
  "confirm-never-created": {
    ...deciding(confirmedNeverCreated()),
    "not-in-this-state": [given(intended(), allocated("i-1")), confirmedNeverCreated()],
  },
  "confirm-gone": {
    ...deciding(confirmedGone()),
    "not-in-this-state": [registered(), confirmedGone()],
  },
  "confirm-outcome": {
    "unknown-allocation": [given(), confirmedOutcome("done")],
    pruned: [pruned(), confirmedOutcome("done")],
    "id-used": [
      given(begun(), confirmedOutcome("done", { decision: "d-1" })),
      confirmedOutcome("failed", { decision: "d-1" }),
    ],
    "changed-since": [given(begun(), finished("done")), confirmedOutcome("done", { seen: 1 })],
    "not-in-this-state": [given(begun(), finished("done")), confirmedOutcome("failed")],
  },
  "confirm-lapsed": {
    "unknown-session": [given(), confirmedLapsed()],
    pruned: [pruned(), confirmedLapsed()],
    "id-used": [
      given(sessionOpened(), lapsedTogether(), confirmedLapsed({ decision: "d-1" })),
      confirmedLapsed({ decision: "d-1", reason: "another" }),
    ],
    "changed-since": [given(sessionOpened(), lapsedTogether()), confirmedLapsed({ seen: 1 })],
    "not-in-this-state": [given(sessionOpened(), sessionLapsed()), confirmedLapsed()],
  },
  forget: {
    ...deciding(forgotten()),
    "not-in-this-state": [given(intended(), failed()), forgotten()],
  },
  hold: {
    "unknown-resource": [given(), held(90)],
    pruned: [pruned(), held(90)],
    "id-used": [given(intended(), held(90)), held(91)],
    "until-passed": [registered(), held(0)],
  },
  "reclaim-now": {
    "unknown-resource": [given(), reclaimOrdered()],
    pruned: [pruned(), reclaimOrdered()],
    "changed-since": [given(intended(), allocated("i-1")), reclaimOrdered({ seen: 1 })],
    "id-used": [
      given(intended(), allocated("i-1"), reclaimOrdered({ decision: "d-1" })),
      reclaimOrdered({ decision: "d-1", reason: "another" }),
    ],
    "not-in-this-state": [registered(), reclaimOrdered()],
    held: [given(intended(), allocated("i-1"), held(90)), reclaimOrdered()],
  },
  freeze: {
    "id-used": [given(frozenByPerson()), frozenByPerson({ reason: "another" })],
    "until-passed": [given(), frozenByPerson({ until: time(0) })],
  },
  thaw: {
    "unknown-freeze": [given(), thawed()],
    pruned: [given().buries("freeze", "freeze-1"), thawed()],
    "not-in-this-state": [havingPolicy("ci", given(frozenByItself())), thawed()],
  },
  "approve-plan": {
    "unknown-plan": [given(), planApproved()],
    pruned: [given().buries("plan", "plan-1"), planApproved()],
    "not-in-this-state": [given(planProposed(), planAborted()), planApproved()],
    "plan-differs": [given(planProposed()), planApproved({ count: 2 })],
  },
  "abort-plan": {
    "unknown-plan": [given(), planAborted()],
    pruned: [given().buries("plan", "plan-1"), planAborted()],
    "not-in-this-state": [
      given(planProposed(), planApproved(), planNoted({ kind: "item-freed", resource: "vm-1" })),
      planAborted(),
    ],
  },
  unhold: {
    "unknown-resource": [given(), unheld()],
    pruned: [pruned(), unheld()],
    "unknown-hold": [registered(), unheld()],
    "changed-since": [given(intended(), held(90), unknown()), unheld({ seen: 2 })],
  },
};

/** Whether the process has sessions is asked before anything is decided. */
const isDecided = (code: string) => code !== "no-sessions";

describe("every command", () => {
  for (const command of COMMANDS) {
    test(`${command.name} gives each refusal that it declares`, () => {
      const provocations = PROVOCATIONS[command.name] ?? {};
      const decided = command.refusals.filter(isDecided);
      assert.deepEqual(Object.keys(provocations).sort(), decided.sort());
      for (const [code, [notebook, saying]] of Object.entries(provocations)) {
        assert.equal(saying.command, command);
        notebook.refuses(saying, code as never);
      }
    });
  }

  test("has a name, a route and a summary of its own", () => {
    for (const aspect of ["name", "route", "summary"] as const) {
      const values = COMMANDS.map((command) => command[aspect]);
      assert.equal(new Set(values).size, COMMANDS.length);
      assert.ok(values.every((value) => value));
    }
  });

  test("takes each parameter of its path as a required field", () => {
    for (const { name, route = "", input } of COMMANDS) {
      for (const [, parameter] of route.matchAll(/\{(\w+)\}/g)) {
        assert.ok(input.required?.includes(parameter as string), `${name}: ${parameter}`);
      }
    }
  });
});

describe("an id whose record was pruned", () => {
  test("is not used a second time", () => {
    pruned().refuses(intended(), "id-used");
    pruned().refuses(begun(), "id-used");
    pruned().refuses(begun({ id: "other", resources: [{ id: "vm-1", ...nameless }] }), "id-used");
    pruned().refuses(allocated("i-1", VM), "pruned");
    pruned().refuses(sessionOpened(), "id-used");
  });

  test("says how it stood, whatever is reported of it again", () => {
    const { more, detail } = pruned().refuses(freed(), "pruned");
    assert.deepEqual(more, { state: "freed" });
    assert.match(detail, /vm-1 was freed/);
  });

  test("of an allocation does not keep a resource from being registered", () => {
    pruned().creates(intended({ id: "vm-2", allocation: "fleet" }), { id: "vm-2" });
  });
});

describe("a record that is full", () => {
  test("still takes the news that it exists or is gone", () => {
    const notebook = full();
    assert.equal(notebook.facts().length, LIMITS.factsPerRecord);
    notebook.accepts(allocated("i-1").at(10));
    notebook.accepts(freed("i-1").at(11));
    notebook.accepts(allocated("i-2").at(12));
    notebook.accepts(freedByAttributes("i-2"));
    assert.deepEqual(notebook.standing(), { state: "freed", due: null, findings: {} });
  });

  test("still recognises what it knows", () => {
    const notebook = full();
    notebook.recognises(unknown({ reason: "7" }));
    notebook.recognises(intended().at(0));
  });

  test("is one fact short of it open for that one", () => {
    const notebook = given(intended().at(0), unknown());
    notebook.accepts(allAttemptsFailed());
  });
});

function havingPolicy(name: string, notebook: Notebook): Notebook {
  const { reclaim } = notebook.defaults;
  notebook.defaults = {
    ...notebook.defaults,
    reclaim: { ...reclaim, policies: [{ name } as Policy] },
  };
  return notebook;
}
