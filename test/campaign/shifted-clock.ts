/**
 * Loaded before a server: shifts its wall clock by the milliseconds that the file of `CAMPAIGN_CLOCK` says, whenever
 * that changes. Its monotonic clock and its timers stay as they are.
 */
import { readFileSync } from "node:fs";

const EVERY_MS = 50;
const file = process.env.CAMPAIGN_CLOCK ?? "";
const real = Date.now;
let shift = read();
let looked = performance.now();

function now(): number {
  if (performance.now() - looked > EVERY_MS) [shift, looked] = [read(), performance.now()];
  return real() + shift;
}

/** The file may be missing, or half written: then nothing is shifted, or what it was. */
function read(): number {
  try {
    const said = readFileSync(file, "utf8");
    return /^-?\d+\n$/.test(said) ? Number(said) : (shift ?? 0);
  } catch {
    return 0;
  }
}

globalThis.Date = class extends Date {
  static override now = now;

  constructor(...given: [] | [string | number | Date]) {
    super(...((given.length === 0 ? [now()] : given) as [number]));
  }
} as DateConstructor;
