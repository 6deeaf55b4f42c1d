import { setTimeout as pause } from "node:timers/promises";
import type { Freeing, Target } from "@drett/core";
import { cannotTell, lookAt } from "./look.ts";
import { environmentIn, isGone, valueIn } from "./proc.ts";

const ACCEPTED = { answer: "accepted" } as const;
const LOOK_EVERY_MS = 50;
/** What is ending shows no environment any more, and hides even that from others than root: by then it is gone. */
const ENDING_MS = 500;

export interface Ending {
  readonly proc: string;
  readonly variable: string;
  /** Between SIGTERM and SIGKILL. */
  readonly graceMs: number;
}

/** Asks it to end, and makes it end where it does not within the grace. */
export async function end(
  { proc, variable, graceMs }: Ending,
  target: Target,
  signal: AbortSignal,
): Promise<Freeing> {
  const refusal = await whyNot(proc, target, variable);
  if (refusal !== undefined)
    return (await isGoneWithin(ENDING_MS, proc, target, signal)) ? ACCEPTED : refusal;
  signal.throwIfAborted();
  const asked = send(proc, target, "SIGTERM");
  if (asked !== undefined) return asked;
  if (await isGoneWithin(graceMs, proc, target, signal)) return ACCEPTED;
  return send(proc, target, "SIGKILL") ?? ACCEPTED;
}

async function isGoneWithin(ms: number, proc: string, target: Target, signal: AbortSignal): Promise<boolean> {
  for (let waited = 0; lookAt(proc, target).answer !== "gone"; waited += LOOK_EVERY_MS) {
    if (waited >= ms) return false;
    await pause(Math.min(LOOK_EVERY_MS, ms - waited), undefined, { signal });
  }
  return true;
}

/** An engine may have told the wrong pid: nothing is ended that does not carry the drett id itself. */
async function whyNot(proc: string, target: Target, variable: string): Promise<Freeing | undefined> {
  const seen = lookAt(proc, target);
  if (seen.answer === "gone") return ACCEPTED;
  if (seen.answer === "cannot-tell") return seen;
  const { pid } = seen.process;
  if (pid === process.pid) return denied("it is this server");
  try {
    const environment = await environmentIn(proc, pid);
    if (environment === "")
      return cannotTell(`process ${pid} shows no environment: it has none, or is ending`);
    if (valueIn(environment, variable) !== target.id) {
      return denied(`process ${pid} does not have ${variable}=${target.id} in its environment`);
    }
  } catch (error) {
    if (isGone(error)) return ACCEPTED;
    return denied(`whether process ${pid} is the one cannot be seen: ${(error as Error).message}`);
  }
}

/**
 * Looks once more and signals in the same turn. Node knows no pidfd: what is left is that the process ends, and its pid
 * goes to another one, within those microseconds.
 */
function send(proc: string, target: Target, name: "SIGTERM" | "SIGKILL"): Freeing | undefined {
  const seen = lookAt(proc, target);
  if (seen.answer === "gone") return ACCEPTED;
  if (seen.answer === "cannot-tell") return seen;
  try {
    process.kill(seen.process.pid, name);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ESRCH") return ACCEPTED;
    if (code === "EPERM") return denied(`process ${seen.process.pid} is another user's: ${message}`);
    throw error;
  }
}

const denied = (reason: string) => ({ answer: "denied", reason }) as const;
