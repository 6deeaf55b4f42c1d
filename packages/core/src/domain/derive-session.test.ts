import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deriveSession } from "./derive-session.ts";
import {
  beaten,
  given,
  minute,
  type Saying,
  sessionClosed,
  sessionHeard,
  sessionLapsed,
  sessionOpened,
  sessionRecovered,
} from "./testing/given.ts";

const opened = sessionOpened().at(0);
const stateAfter = (...sayings: readonly Saying[]) => given(opened, ...sayings).standing("engine-1").state;
const nextAfter = (now: number, ...sayings: readonly Saying[]) => {
  const session = given(opened, ...sayings).session("engine-1");
  assert.ok(session);
  return deriveSession(session, { now: minute(now) }).next;
};

describe("a session", () => {
  test("is open until it lapses or closes, and again when it is heard", () => {
    assert.equal(stateAfter(), "open");
    assert.equal(stateAfter(sessionLapsed()), "lapsed");
    assert.equal(stateAfter(sessionLapsed(), sessionRecovered()), "open");
    assert.equal(stateAfter(sessionLapsed(), sessionRecovered(), sessionLapsed()), "lapsed");
    assert.equal(stateAfter(sessionLapsed(), sessionClosed()), "closed");
    assert.equal(stateAfter(sessionClosed()), "closed");
  });

  test("is due for its resources when something has become of it, and once more a minute later", () => {
    assert.equal(nextAfter(60), null);
    assert.equal(nextAfter(60, sessionLapsed()), minute(60));
    assert.equal(nextAfter(60.5, sessionLapsed()), minute(61));
    assert.equal(nextAfter(61.5, sessionLapsed()), null);
    assert.equal(nextAfter(60.5, sessionLapsed({ until: minute(90) })), minute(90));
  });
});

describe("open-session", () => {
  test("is known for a retry, and for nothing else", () => {
    const notebook = given(opened);
    notebook.recognises(opened, { id: "engine-1" });
    notebook.refuses(sessionOpened({ ttlSeconds: 30 }).at(0), "id-used");
    notebook.refuses(opened.at(1), "id-used");
  });
});

describe("heartbeat", () => {
  test("adds no fact", () => {
    given(opened).recognises(beaten(), sessionHeard);
  });
});

describe("close-session", () => {
  test("ends it once", () => {
    const notebook = given(opened, sessionClosed().at(5));
    notebook.recognises(sessionClosed().at(6), { id: "engine-1" });
  });
});

describe("lapse-session", () => {
  test("says nothing of what is not open", () => {
    const notebook = given(opened, sessionLapsed());
    notebook.recognises(sessionLapsed(), {});
    given(opened, sessionClosed()).recognises(sessionLapsed(), {});
  });
});

describe("recover-session", () => {
  test("says nothing of what has not lapsed", () => {
    given(opened).recognises(sessionRecovered(), sessionHeard);
  });

  test("is refused by what has lapsed as often as a record can hold", () => {
    const notebook = given(opened);
    for (let lapse = 0; lapse < 499; lapse++) {
      notebook.accepts(sessionLapsed(), {});
      notebook.accepts(sessionRecovered(), sessionHeard);
    }
    notebook.accepts(sessionLapsed(), {});
    notebook.refuses(sessionRecovered(), "too-many-facts");
  });

  test("is refused by what is not there or was closed", () => {
    given().refuses(sessionRecovered(), "unknown-session");
    given(opened, sessionClosed()).refuses(sessionRecovered(), "session-closed");
  });
});
