import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEFAULTS, type Defaults, LEAST_TOMBSTONE, RETENTION } from "./defaults.ts";
import { prunableFrom, tombstoneOf } from "./retention.ts";
import {
  allocated,
  begun,
  confirmedExists,
  confirmedNeverCreated,
  failed,
  finished,
  forgotten,
  freed,
  given,
  held,
  intended,
  minute,
  type Notebook,
  releaseFailed,
  releasing,
  sessionClosed,
  sessionLapsed,
  sessionOpened,
  sessionRecovered,
  unheld,
  unknown,
} from "./testing/given.ts";

const MINUTE = 60;
/** Each state with a time of its own, so that no two can be taken for one another. */
const retention = {
  ...RETENTION,
  freed: 10 * MINUTE,
  failed: 20 * MINUTE,
  neverCreated: 30 * MINUTE,
  forgotten: 40 * MINUTE,
  allocations: 50 * MINUTE,
  sessions: 60 * MINUTE,
  events: 0,
};
const defaults: Defaults = { ...DEFAULTS, retention };

/** In minutes after the notebook's last word, which is said at one o'clock. */
function prunable(notebook: Notebook, { now = 60_000, kept = retention } = {}): number | undefined {
  const record = notebook.resource("vm-1") ?? notebook.allocation("fleet") ?? notebook.session("engine-1");
  assert.ok(record);
  const allocation = notebook.allocation("fleet");
  const from = prunableFrom(record, {
    now: minute(now),
    defaults: { ...defaults, retention: kept },
    allocation,
  });
  return from === undefined ? undefined : (from - minute(60)) / 60_000;
}

describe("what may be pruned", () => {
  test("is what is closed, a time after it was last heard of, by how it was closed", () => {
    assert.equal(prunable(given(intended(), allocated("i-1"), freed())), 10);
    assert.equal(prunable(given(intended(), failed())), 20);
    assert.equal(prunable(given(intended(), unknown(), confirmedNeverCreated())), 30);
    assert.equal(prunable(given(intended(), allocated("i-1"), forgotten())), 40);
    assert.equal(prunable(given(begun(), finished("done"))), 50);
    assert.equal(prunable(given(begun(), finished("failed"))), 50);
    assert.equal(prunable(given(sessionOpened(), sessionClosed())), 60);
    assert.equal(prunable(given(sessionOpened(), sessionLapsed())), 60);
  });

  test("is nothing that may live", () => {
    for (const notebook of [
      given(intended()),
      given(intended(), unknown()),
      given(intended(), allocated("i-1")),
      given(intended(), allocated("i-1"), releasing()),
      given(intended(), allocated("i-1"), releasing(), releaseFailed()),
      given(begun()),
      given(sessionOpened()),
      given(sessionOpened(), sessionLapsed(), sessionRecovered()),
    ]) {
      assert.equal(prunable(notebook), undefined);
    }
  });

  test("is nothing with which anything is wrong", () => {
    const seen = given(intended(), allocated("i-1"), freed(), confirmedExists("i-1"));
    const two = given(intended(), allocated("i-1"), allocated("i-2"), freed("i-1"));
    const both = given(begun(), finished("done"), finished("failed"));
    for (const notebook of [seen, two, both]) assert.equal(prunable(notebook), undefined);
  });

  test("is nothing that is held", () => {
    const kept = given(intended(), allocated("i-1"), held(90), freed());
    assert.equal(prunable(kept, { now: 89 }), undefined);
    assert.equal(prunable(kept, { now: 90 }), 10);
    assert.equal(prunable(given(intended(), held(90_000), failed(), unheld())), 20);
  });

  test("goes by what was heard last, not by when it is said to have happened", () => {
    assert.equal(prunable(given(intended().at(0), allocated("i-1").at(1), freed().at(2))), 10);
  });

  test("stays for as long as its facts stand in the feed", () => {
    const notebook = given(intended(), failed());
    assert.equal(prunable(notebook, { kept: { ...retention, events: 25 * MINUTE } }), 25);
  });
});

describe("a tombstone", () => {
  test("tells what stood there, and stays for longer than any journal", () => {
    const record = given(intended(), failed()).resource("vm-1");
    assert.ok(record);
    const about = { application: "probe", state: "failed" };
    const at = (tombstones: number) =>
      tombstoneOf(record, about, {
        now: minute(70),
        defaults: { ...defaults, retention: { ...retention, tombstones } },
      });
    assert.deepEqual(at(2 * LEAST_TOMBSTONE), {
      kind: "resource",
      id: "vm-1",
      ...about,
      closed: minute(60),
      until: minute(70) + 2_000 * LEAST_TOMBSTONE,
    });
    assert.equal(at(1).until, minute(70) + 1_000 * LEAST_TOMBSTONE);
  });
});
