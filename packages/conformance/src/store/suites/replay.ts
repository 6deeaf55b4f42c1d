import type { TestContext } from "node:test";
import * as fc from "fast-check";
import type { Pair } from "../replay/comparing.ts";
import { engineHistory, replayOnEngines } from "../replay/engine-history.ts";
import { Reference } from "../replay/reference.ts";
import { replayOnStores, storeHistory } from "../replay/store-history.ts";
import type { Subject, Suite } from "../subject.ts";

const RUNS = 20;
const TIME_LIMIT = 60_000;

/** Each history runs on a store of its own. A failure is made smaller before it is shown, within bounds. */
async function replayAll<History>(
  { seed, runs, fresh }: Subject,
  context: TestContext,
  histories: fc.Arbitrary<History>,
  replay: (pair: Pair, history: History) => Promise<void>,
): Promise<void> {
  context.diagnostic(`seed ${seed}, ${runs(RUNS)} histories`);
  const sameOnBoth = fc.asyncProperty(histories, (history) =>
    fresh((store) => replay({ reference: new Reference(), store }, history)),
  );
  await fc.assert(sameOnBoth, {
    seed,
    numRuns: runs(RUNS),
    interruptAfterTimeLimit: TIME_LIMIT,
    // A store too slow for so many histories must say so with `scale`, and not be tested less unnoticed.
    markInterruptAsFailure: true,
  });
}

/** Whatever happens in whatever order, the store answers as the memory store does. */
export const replay = {
  "answers random loads, commits, queries and reads of the feed as the memory store does": (
    subject,
    context,
  ) => replayAll(subject, context, storeHistory, replayOnStores),

  "carries an engine through random commands and sweeps as the memory store does": (subject, context) =>
    replayAll(subject, context, engineHistory, replayOnEngines),
} satisfies Suite;
