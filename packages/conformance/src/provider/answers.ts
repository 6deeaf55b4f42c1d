import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { Finds, Freeing, Listing, Looking, Seeing } from "@drett/core";

type Answer = Seeing | Freeing | Looking | Finds | Listing;

/** Asks again until it is so; fails after a bound far beyond what it takes. */
export async function until(what: string, isSo: () => Promise<boolean>, atMostMs: number): Promise<void> {
  const end = performance.now() + atMostMs;
  while (!(await isSo())) {
    assert.ok(performance.now() < end, `not so within ${atMostMs} ms: ${what}`);
    await pause(5);
  }
}

/** A signal that does not abort. */
export const inTime = () => new AbortController().signal;

/** What the call comes to: a rejection says that the provider cannot tell. */
export async function answerOf<A extends Answer>(call: Promise<A>): Promise<A["answer"] | "cannot-tell"> {
  try {
    const said = await call;
    if ("reason" in said) assert.notEqual(said.reason.trim(), "", `${said.answer}, without a reason`);
    return said.answer;
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    assert.ok(error instanceof Error && error.message !== "", "a rejection is an error with a message");
    return "cannot-tell";
  }
}
