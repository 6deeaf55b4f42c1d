import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  allocated,
  confirmedLapsed,
  given,
  intended,
  minute,
  sessionFollowed,
  sessionLapsed,
  sessionOpened,
  sessionRecovered,
} from "../testing/given.ts";

const together = { together: { silent: 90, of: 100 }, until: minute(120) };
const lapsed = () =>
  given(
    sessionOpened().at(0),
    intended({ session: "engine-1", ttlSeconds: null }).at(0),
    allocated("i-1").at(1),
    sessionLapsed(together),
  );

describe("confirm-lapsed", () => {
  test("has follow at once what waits because many fell silent at once", () => {
    const notebook = lapsed();
    notebook.accepts(sessionFollowed(), {});
    assert.deepEqual(notebook.standing("engine-1").findings, { "lapsed-together": 60 });
    assert.deepEqual(notebook.standing().findings, {});
    notebook.now = 70;
    notebook.decides(confirmedLapsed());
    assert.deepEqual(notebook.standing("engine-1"), { state: "lapsed", due: null, findings: {} });
    notebook.accepts(sessionFollowed(), {});
    assert.deepEqual(notebook.standing().findings, { "session-lapsed": 70 });
  });

  test("speaks of this lapse alone", () => {
    const notebook = lapsed();
    notebook.decides(confirmedLapsed());
    notebook.hears(sessionRecovered());
    notebook.now = 75;
    notebook.hears(sessionLapsed(together));
    assert.deepEqual(notebook.standing("engine-1").findings, { "lapsed-together": 75 });
  });

  test("does not say of a session that runs again that it is dead", () => {
    const notebook = lapsed();
    notebook.hears(sessionRecovered());
    notebook.refuses(confirmedLapsed({ seen: 2 }), "changed-since");
    notebook.refuses(confirmedLapsed(), "not-in-this-state");
  });

  test("is known by its id when it is told again", () => {
    const notebook = lapsed();
    const word = confirmedLapsed({ decision: "d-1" }).seeing(2);
    notebook.decides(word);
    notebook.recognises(word, { id: "engine-1", decision: "d-1" });
  });
});
