import { isRefusal, type Outcome, type Refusal, type RefusalCode } from "@drett/core";
import { objectIdOf } from "./object-id.ts";

/** What an old client is told: a result, or in its place why there is none. */
export type Answer = { readonly result: unknown } | Refusal;

/** The body of every answer. */
export const bodyOf = (result: unknown, error: string | null) => JSON.stringify({ result, error }, null, 4);

export const wordRefusal = ({ refused, detail }: Refusal) => bodyOf(null, `${refused}: ${detail}`);

export const objectId = (outcome: Outcome<{ id: string }>): Answer =>
  isRefusal(outcome) ? outcome : { result: objectIdOf(outcome.reply.id) };

/** What MongoDB said of its update. That nothing fits was no error. */
export const summary = (outcome: Outcome): Answer => silently(outcome, summaryOf(1), summaryOf(0));

export const nothing = (outcome: Outcome): Answer => silently(outcome, null, null);

const NOTHING_FITS: readonly RefusalCode[] = ["unknown-resource", "unknown-allocation", "no-match", "pruned"];

function silently(outcome: Outcome, done: unknown, nothingFits: unknown): Answer {
  if (!isRefusal(outcome)) return { result: done };
  return NOTHING_FITS.includes(outcome.refused) ? { result: nothingFits } : outcome;
}

const summaryOf = (n: 0 | 1) => ({
  ok: 1,
  n,
  nModified: n,
  updatedExisting: n === 1,
  err: null,
  connectionId: 0,
  upserted: null,
});
