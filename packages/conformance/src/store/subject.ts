import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Store } from "@drett/core";

/** A fresh, empty store, and what else can be done with its data. */
export interface Opened {
  readonly store: Store;
  /**
   * Opens the same data once more: after the store was closed ("reopen"), as restored from a backup where that is said,
   * and beside it ("sharing"). A store that has no such thing skips those two subjects, and says why.
   */
  reopen?(restored?: boolean): Promise<Store>;
  /** Removes the data. Every store on it is closed by then. */
  dispose?(): Promise<void> | void;
}

export type Open = () => Promise<Opened> | Opened;

export interface Settings {
  readonly scale: number;
  readonly seed: number;
}

/** What a test works on. Whatever it opens is closed and disposed of after it. */
export interface Subject {
  readonly store: Store;
  readonly reopen: (restored?: boolean) => Promise<Store>;
  /** A further store, empty, for as long as `use` takes. */
  readonly fresh: <Result>(use: (store: Store) => Promise<Result>) => Promise<Result>;
  /** For random tests: so many runs on a store of ordinary speed. */
  readonly runs: (ordinary: number) => number;
  readonly seed: number;
}

/** Tests of one subject, by name. */
export interface Suite {
  readonly [test: string]: (subject: Subject, context: TestContext) => Promise<void>;
}

export async function withSubject<Result>(
  open: Open,
  { scale, seed }: Settings,
  use: (subject: Subject) => Promise<Result>,
): Promise<Result> {
  await using cleanup = new AsyncDisposableStack();
  const opened = await open();
  const { store } = opened;
  cleanup.defer(() => opened.dispose?.());
  cleanup.defer(() => store.close());
  return await use({
    store,
    seed,
    runs: (ordinary) => Math.max(1, Math.round(ordinary * scale)),
    fresh: (useFresh) => withSubject(open, { scale, seed }, (fresh) => useFresh(fresh.store)),
    reopen: async (restored) => {
      const again = await opened.reopen?.(restored);
      assert.ok(again, "`open` gives no `reopen`: add it, or skip this subject and say why");
      cleanup.defer(() => again.close());
      return again;
    },
  });
}
