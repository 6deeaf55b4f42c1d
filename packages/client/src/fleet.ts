/// <reference lib="esnext.disposable" preserve="true" />

import { acquire, checkTracking, type Outcome, type TrackOptions } from "./acquire.ts";
import { makeDisposable } from "./disposal.ts";
import { ArgumentInvalid, type ReportLost } from "./errors.ts";
import { runAll } from "./pool.ts";
import { reasonOf } from "./reason.ts";
import type { ReleaseOptions } from "./release.ts";
import type { Reporter } from "./reporter.ts";
import type { TrackedResource } from "./tracked-resource.ts";

export interface TrackManyOptions<Value = undefined> extends Omit<TrackOptions<Value>, "id"> {
  /** How many create calls, and later how many deletes, at a time; 10 where nothing is said. */
  concurrency?: number | undefined;
}

/** One of many that did not come about, or may not have. */
export interface Missing {
  /** drett's id of it; `undefined` where it was not even tried. */
  readonly id: string | undefined;
  readonly index: number;
  /** What drett shows as well. */
  readonly reason: string;
  /** What was thrown. */
  readonly error: unknown;
}

/** What came of `trackMany`: partial success is kept. */
export class Fleet<Value = undefined> implements AsyncDisposable {
  /** Releases what has a `release` function; for `await using`. */
  declare [Symbol.asyncDispose]: () => Promise<void>;
  /** They exist. */
  readonly allocated: TrackedResource<Value>[] = [];
  /** Certainly not created: refused by the provider, or not tried at all. */
  readonly failed: Missing[] = [];
  /** Perhaps created; drett lists them until somebody has looked. */
  readonly unknown: Missing[] = [];
  /** Of those allocated, what drett could not be told; releasing tells it again. */
  readonly lost: ReportLost[] = [];
  readonly #concurrency: number;

  /** @internal */
  constructor(concurrency: number) {
    this.#concurrency = concurrency;
  }

  /**
   * Gives all back that exist, the last one first. Each is tried; calling it again tries those that are left.
   * @throws AggregateError of what went wrong
   */
  async release(options?: ReleaseOptions): Promise<void> {
    const all = this.allocated;
    const errors: unknown[] = [];
    await runAll(all.length, this.#concurrency, async (place) => {
      const resource = all[all.length - 1 - place] as TrackedResource<Value>;
      await resource.release(undefined, options).catch((error) => errors.push(error));
    });
    if (errors.length > 0) {
      throw new AggregateError(
        errors,
        `${errors.length} of ${all.length} not released: ${reasonOf(errors[0])}`,
      );
    }
  }
}

makeDisposable(Fleet, async (fleet) => {
  if (fleet.allocated.some(({ isReleasable }) => isReleasable)) await fleet.release();
});

/** Tracks `count` things alike. Once drett cannot take an intent, no further ones are tried. */
export async function acquireMany<Value>(
  reporter: Reporter,
  count: number,
  { concurrency = 10, ...options }: TrackManyOptions<Value>,
): Promise<Fleet<Value>> {
  checkCount("count", count, 0);
  checkCount("concurrency", concurrency, 1);
  checkTracking(reporter, options);
  const fleet = new Fleet<Value>(concurrency);
  const found: (() => void)[] = [];
  let stopped: { error: unknown } | undefined;
  await runAll(count, concurrency, async (index) => {
    const notTried = ({ error }: { error: unknown }) => {
      const reason = `not tried: ${reasonOf(error)}`;
      found[index] = () => fleet.failed.push({ id: undefined, index, reason, error });
    };
    if (stopped) return notTried(stopped);
    try {
      const outcome = await acquire(reporter, options, index);
      found[index] = () => enter(fleet, index, outcome);
    } catch (error) {
      stopped ??= { error };
      notTried({ error });
    }
  });
  // In the order of their index, whichever came first.
  for (const note of found) note();
  return fleet;
}

function enter<Value>(fleet: Fleet<Value>, index: number, outcome: Outcome<Value>): void {
  if (outcome.outcome === "allocated") {
    fleet.allocated.push(outcome.resource);
    if (outcome.lost) fleet.lost.push(outcome.lost);
    return;
  }
  const { id, reason, error } = outcome;
  fleet[outcome.outcome].push({ id, index, reason, error });
}

function checkCount(argument: string, count: number, least: number): void {
  if (Number.isSafeInteger(count) && count >= least) return;
  throw new ArgumentInvalid(argument, `${argument} is ${count}: give a whole number from ${least}`);
}
