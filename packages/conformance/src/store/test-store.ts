import { describe, it } from "node:test";
import { type Deviation, withoutDeviations } from "../deviations.ts";
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
  const subjects = withoutDeviations(SUBJECTS, deviations);
  describe(`store ${name}`, () => {
    for (const [subject, suite] of Object.entries(subjects)) {
      describe(subject, () => {
        for (const [test, run] of Object.entries(suite)) {
          it(test, { timeout: TIMEOUT }, (context) =>
            withSubject(open, { scale, seed }, (it) => run(it, context)),
          );
        }
      });
    }
  });
}
