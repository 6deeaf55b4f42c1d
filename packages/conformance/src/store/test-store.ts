import { describe, it } from "node:test";
import { type Open, type Suite, withSubject } from "./subject.ts";
import { close } from "./suites/close.ts";
import { commit } from "./suites/commit.ts";
import { concurrency } from "./suites/concurrency.ts";
import { events } from "./suites/events.ts";
import { load } from "./suites/load.ts";
import { paging } from "./suites/paging.ts";
import { query } from "./suites/query.ts";
import { reopen } from "./suites/reopen.ts";
import { replay } from "./suites/replay.ts";
import { retention } from "./suites/retention.ts";
import { sharing } from "./suites/sharing.ts";
import { texts } from "./suites/texts.ts";

const SUBJECTS: { readonly [subject: string]: Suite } = {
  load,
  commit,
  texts,
  query,
  paging,
  events,
  retention,
  concurrency,
  close,
  reopen,
  sharing,
  replay,
};

/** Something that the store does not do, and why that is right. */
export interface Deviation {
  /** A subject ("reopen"), or one test of it ("commit: takes 1,000 changes at once"). */
  readonly test: string;
  readonly reason: string;
}

export interface StoreTestOptions {
  readonly deviations?: readonly Deviation[];
  /** So many times as many random histories. */
  readonly scale?: number;
  /** The seed that a failed run printed, to see its histories again. */
  readonly seed?: number;
}

const TIMEOUT = 120_000;

/** Registers the tests that every store passes. */
export function testStore(name: string, open: Open, options: StoreTestOptions = {}): void {
  const { deviations = [], scale = 1, seed = Date.now() % 0x7fffffff } = options;
  refuseUnknown(deviations);
  describe(`store ${name}`, () => {
    for (const [subject, suite] of Object.entries(SUBJECTS)) {
      describe(subject, () => {
        for (const [test, run] of Object.entries(suite)) {
          if (deviations.some((it) => it.test === subject || it.test === nameOf(subject, test))) continue;
          it(test, { timeout: TIMEOUT }, (context) =>
            withSubject(open, { scale, seed }, (it) => run(it, context)),
          );
        }
      });
    }
  });
}

const nameOf = (subject: string, test: string) => `${subject}: ${test}`;

/** A test that was renamed must not stay left out, or not, unnoticed. */
function refuseUnknown(deviations: readonly Deviation[]): void {
  const known = Object.entries(SUBJECTS).flatMap(([subject, suite]) => [
    subject,
    ...Object.keys(suite).map((test) => nameOf(subject, test)),
  ]);
  for (const { test } of deviations) {
    if (!known.includes(test)) throw new Error(`there is no test ${JSON.stringify(test)} to leave out`);
  }
}
