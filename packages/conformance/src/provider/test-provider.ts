import { describe, it } from "node:test";
import { type Deviation, withoutDeviations } from "../deviations.ts";
import { type OpenProvider, type Suite, withSubject } from "./subject.ts";
import { blindness } from "./suites/blindness.ts";
import { close } from "./suites/close.ts";
import { ending } from "./suites/ending.ts";
import { find } from "./suites/find.ts";
import { free } from "./suites/free.ts";
import { list } from "./suites/list.ts";
import { look } from "./suites/look.ts";
import { seam } from "./suites/seam.ts";

export const PROVIDER_SUBJECTS: { readonly [subject: string]: Suite } = {
  seam,
  free,
  look,
  find,
  list,
  blindness,
  ending,
  close,
};

export interface ProviderTestOptions {
  readonly deviations?: readonly Deviation[];
  /** How long anything that is waited for may take, in seconds: what was freed to go, what was made to be seen. */
  readonly patienceSeconds?: number;
}

/** Registers the tests that every provider passes. */
export function testProvider(name: string, open: OpenProvider, options: ProviderTestOptions = {}): void {
  const { deviations = [], patienceSeconds = 30 } = options;
  const patienceMs = patienceSeconds * 1_000;
  describe(`provider ${name}`, () => {
    for (const [subject, suite] of Object.entries(withoutDeviations(PROVIDER_SUBJECTS, deviations))) {
      describe(subject, () => {
        for (const [test, run] of Object.entries(suite)) {
          it(test, { timeout: 10 * patienceMs }, () => withSubject(open, patienceMs, run));
        }
      });
    }
  });
}
