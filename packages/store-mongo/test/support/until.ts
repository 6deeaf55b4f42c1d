import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

/** Asks again until it is so; fails after a bound far beyond what it takes. */
export async function until(what: string, isSo: () => Promise<boolean>, atMostMs = 30_000): Promise<void> {
  const started = performance.now();
  while (!(await isSo())) {
    assert.ok(performance.now() - started < atMostMs, `not so within ${atMostMs} ms: ${what}`);
    await pause(20);
  }
}
