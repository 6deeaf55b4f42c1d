import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { resourceKey, type Store, StoreUnavailable } from "@drett/core";
import { created, many } from "../changes.ts";
import { apply } from "../reading.ts";
import type { Suite } from "../subject.ts";

async function assertClosed(store: Store): Promise<void> {
  const calls = {
    load: () => store.load([resourceKey("a")]),
    commit: () => store.commit([created("b")]),
    query: () => store.query({ order: "newest", limit: 1 }),
    events: () => store.events(undefined, 1),
  };
  for (const [name, call] of Object.entries(calls)) {
    await assert.rejects(call(), (error) => error instanceof StoreUnavailable && error.remedy !== "", name);
  }
}

export const close = {
  "rejects every call afterwards, with what to do about it": async ({ store }) => {
    await apply(store, created("a"));
    await store.close();
    await assertClosed(store);
  },

  "closes a store that was never used": async ({ store }) => {
    await store.close();
    await assertClosed(store);
  },

  "does no harm twice": async ({ store }) => {
    await Promise.all([store.close(), store.close()]);
    await store.close();
    await assertClosed(store);
  },

  "waits for what is under way": async ({ store }) => {
    await apply(store, created("a"));
    let answered = 0;
    const calls = many(20).flatMap((change) => [
      store.commit([change]).then((outcomes) => assert.deepEqual(outcomes, ["applied"])),
      store.load([resourceKey("a")]).then((records) => assert.equal(records.length, 1)),
      store.query({ order: "newest", limit: 1 }).then(({ records }) => assert.equal(records.length, 1)),
      store.events(undefined, 1),
    ]);
    const counted = calls.map((call) => call.then(() => answered++));
    await store.close();
    await turn();
    assert.equal(answered, calls.length);
    await Promise.all(counted);
  },
} satisfies Suite;
