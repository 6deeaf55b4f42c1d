import type { Invariant } from "../evidence.ts";
import { accountedFor } from "./accounted-for.ts";
import { aliveUntouched } from "./alive-untouched.ts";
import { claimedAlone } from "./claimed-alone.ts";
import { freedAtLast } from "./freed-at-last.ts";
import { heldUntouched } from "./held-untouched.ts";
import { intentsFirst } from "./intents-first.ts";
import { oneEffect } from "./one-effect.ts";

export const INVARIANTS: readonly Invariant[] = [
  accountedFor,
  aliveUntouched,
  claimedAlone,
  intentsFirst,
  oneEffect,
  heldUntouched,
  freedAtLast,
];
