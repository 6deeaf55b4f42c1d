import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ResourceFact } from "./fact.ts";
import type { Resource, Session } from "./record.ts";
import {
  allocated,
  begun,
  extended,
  freed,
  given,
  intended,
  minute,
  type Notebook,
  releasing,
  sessionClosed,
  sessionFollowed,
  sessionHeard,
  sessionLapsed,
  sessionOpened,
  sessionRecovered,
  time,
} from "./testing/given.ts";
import { followed, isOf, lostIn } from "./watching.ts";

const opened = sessionOpened().at(0);
const planned = intended({ session: "engine-1" }).at(1);
const endless = intended({ session: "engine-1", ttlSeconds: null }).at(1);
const running = allocated("i-1").at(2);
const lapsedAt = (notebook: Notebook, minutes: number, more: object = {}) => {
  notebook.now = minutes;
  notebook.accepts(sessionLapsed(more), {});
  notebook.accepts(sessionFollowed(), {});
};
const recoveredAt = (notebook: Notebook, minutes: number) => {
  notebook.now = minutes;
  notebook.accepts(sessionRecovered(), { ...sessionHeard, lost: [] });
  notebook.accepts(sessionFollowed(), {});
};

describe("a resource in a session", () => {
  test("is left alone when that lapses, and is not any more once it is heard again", () => {
    const notebook = given(opened, planned, running);
    lapsedAt(notebook, 61);
    assert.deepEqual(notebook.standing().findings, { "session-lapsed": 61 });
    recoveredAt(notebook, 62);
    assert.deepEqual(notebook.standing().findings, {});
    lapsedAt(notebook, 70);
    assert.deepEqual(notebook.standing().findings, { "session-lapsed": 70 });
  });

  test("is a finding while it is being released, too", () => {
    const notebook = given(opened, planned, running, releasing({ timeoutSeconds: 86_400 }).at(3));
    lapsedAt(notebook, 61);
    assert.deepEqual(notebook.standing().findings, { "session-lapsed": 61 });
  });

  test("is a finding from then on, where it came about only after the lapse", () => {
    const notebook = given(opened, planned.with({ timeoutSeconds: 86_400 }));
    lapsedAt(notebook, 61);
    assert.deepEqual(notebook.standing().findings, {});
    notebook.accepts(allocated("i-1").at(30));
    assert.deepEqual(notebook.standing().findings, { "session-lapsed": 61 });
  });

  test("needs nobody once it is freed", () => {
    const notebook = given(opened, planned, running, freed("i-1").at(3));
    lapsedAt(notebook, 61);
    assert.deepEqual(notebook.kinds(), ["intent", "allocated", "freed"]);
  });

  test("is taken on by whoever extends it after the lapse", () => {
    const notebook = given(opened, planned, running);
    lapsedAt(notebook, 61);
    notebook.accepts(extended(90).at(61));
    assert.deepEqual(notebook.standing("vm-1", 89).findings, {});
    assert.deepEqual(notebook.standing("vm-1", 90).findings, { "session-lapsed": 90 });
  });

  test("takes over at once what has become of the session that it is registered in", () => {
    const notebook = given(opened);
    notebook.accepts(sessionLapsed(), {});
    notebook.creates(planned);
    notebook.accepts(running);
    assert.deepEqual(notebook.standing().findings, { "session-lapsed": 60 });
  });

  test("is registered also where its session is not known", () => {
    given().creates(planned);
  });

  test("has the session of its allocation", () => {
    const notebook = given(opened, begun({ session: "engine-1" }).at(0));
    notebook.creates(intended({ allocation: "fleet" }).without("application").at(1));
    notebook.accepts(running);
    lapsedAt(notebook, 61);
    assert.equal(notebook.standing().findings["session-lapsed"], 61);
  });

  test("waits with what follows while many have lapsed together", () => {
    const notebook = given(opened, planned, running);
    lapsedAt(notebook, 61, { together: { silent: 90, of: 100 }, until: minute(121) });
    assert.deepEqual(notebook.standing().findings, {});
    assert.deepEqual(notebook.standing("engine-1").findings, { "lapsed-together": 61 });
    notebook.now = 121;
    notebook.accepts(sessionFollowed(), {});
    assert.deepEqual(notebook.standing().findings, { "session-lapsed": 121 });
    assert.deepEqual(notebook.standing("engine-1").findings, {});
  });
});

describe("a resource that nothing ends but its session", () => {
  test("is watched while that is open, and looked at once a day", () => {
    const notebook = given(opened, endless, running);
    assert.deepEqual(notebook.standing(), { state: "allocated", due: null, findings: {} });
  });

  test("is unwatched once the session was closed", () => {
    const notebook = given(opened, endless, running, sessionClosed().at(5), sessionFollowed());
    assert.deepEqual(notebook.standing().findings, { unwatched: 2 });
  });

  test("is unwatched where the session never came to be", () => {
    assert.deepEqual(given(endless, running, sessionFollowed()).standing().findings, { unwatched: 2 });
  });
});

describe("a session that is closed", () => {
  test("leaves what has a TTL to its TTL", () => {
    const notebook = given(opened, planned, running, sessionClosed().at(5), sessionFollowed());
    assert.deepEqual(notebook.kinds(), ["intent", "allocated"]);
  });

  test("takes back what its lapse has done", () => {
    const notebook = given(opened, planned, running);
    lapsedAt(notebook, 61);
    notebook.accepts(sessionClosed().at(61), { id: "engine-1" });
    notebook.accepts(sessionFollowed(), {});
    assert.deepEqual(notebook.standing().findings, {});
  });
});

describe("a claim after a lapse", () => {
  const claim: ResourceFact = {
    kind: "claimed",
    until: minute(65),
    attempt: "attempt-1",
    because: "policy",
    claim: 3,
    at: minute(62),
    arrival: minute(62),
    actor: "drett",
  };
  const claimed = (resource: Resource): Resource => ({ ...resource, facts: [...resource.facts, claim] });
  const lost = { resource: "vm-1", claim: 3, since: minute(62), inProgress: true };

  test("keeps the resource from a session that is heard again", () => {
    const notebook = given(opened, planned, running);
    lapsedAt(notebook, 61);
    const resource = claimed(notebook.resource("vm-1") as Resource);
    assert.deepEqual(lostIn(resource), lost);
    notebook.now = 63;
    notebook.accepts(sessionRecovered(), { ...sessionHeard, lost: [] });
    const session = notebook.session("engine-1");
    assert.ok(session);
    assert.equal(followed(resource, session, minute(63)), resource);
  });

  test("is told to the engine, durably, with a code, its number and since when", () => {
    const notebook = given(opened, planned, running);
    lapsedAt(notebook, 61);
    notebook.put(claimed(notebook.resource("vm-1") as Resource));
    notebook.now = 63;
    const told = {
      ...sessionHeard,
      lost: [{ code: "reclaim-in-progress", resource: "vm-1", claim: 3, since: time(62) }],
    };
    notebook.accepts(sessionRecovered(), told);
    notebook.recognises(sessionRecovered(), told);
  });

  test("counts only if it came after the lapse", () => {
    const notebook = given(opened, planned, running);
    notebook.put(claimed(notebook.resource("vm-1") as Resource));
    lapsedAt(notebook, 70);
    assert.equal(lostIn(notebook.resource("vm-1") as Resource), undefined);
  });
});

describe("the session of another application", () => {
  const elsewhere = sessionOpened({ application: "theirs", host: "their-host" }).at(0);
  const byAnother = (notebook: Notebook) => {
    const session = notebook.session("engine-1") as Session;
    notebook.put({ ...session, facts: session.facts.map((fact) => ({ ...fact, actor: "their key" })) });
  };

  test("has no say over a resource that names it: neither its lapse nor its end follows", () => {
    const notebook = given(elsewhere, planned, running);
    byAnother(notebook);
    lapsedAt(notebook, 61);
    assert.deepEqual(notebook.kinds(), ["intent", "allocated", "session-closed"], "as of one that never was");
    assert.deepEqual(notebook.standing().findings, {});
  });

  test("watches it all the same where the same key has opened it: one process may have several", () => {
    const notebook = given(elsewhere, planned, running);
    lapsedAt(notebook, 61);
    assert.deepEqual(notebook.standing().findings, { "session-lapsed": 61 });
  });

  test("is not made one's own by what another key does with the resource", () => {
    const notebook = given(elsewhere, planned, running);
    byAnother(notebook);
    const resource = notebook.resource("vm-1") as Resource;
    const held = { kind: "held", hold: "h", until: 0, reason: "?", at: 0, arrival: 0, actor: "their key" };
    const session = notebook.session("engine-1") as Session;
    assert.equal(isOf(session, { ...resource, facts: [...resource.facts, held as ResourceFact] }), false);
  });
});
