import type { Looking, Target } from "@drett/core";
import { type Identity, parseExternalId } from "./external-id.ts";
import { placeIn, statIn } from "./proc.ts";

/** What is seen of a process, and which one it is where it is there. */
export type Sighting = Exclude<Looking, { answer: "present" }> | { answer: "present"; process: Identity };

const GONE = { answer: "gone" } as const;

/** In one turn, so that whoever acts on it at once acts on what was seen. */
export function lookAt(proc: string, { externalId, scope }: Target): Sighting {
  const process = parseExternalId(externalId);
  if (process === undefined)
    return cannotTell(`${externalId} names no process: report what externalIdOf says`);
  const here = placeIn(proc);
  if (process.boot !== here.boot) {
    return scope === undefined
      ? cannotTell("it is of another boot, and no scope says that it was this machine's")
      : GONE;
  }
  if (process.namespace !== here.namespace) return cannotTell("it is in another container");
  const stat = statIn(proc, process.pid);
  if (stat === undefined) return isThere(process.pid) ? cannotTell("/proc does not show it") : GONE;
  return stat.isAlive && stat.start === process.start ? { answer: "present", process } : GONE;
}

export const cannotTell = (reason: string) => ({ answer: "cannot-tell", reason }) as const;

/** Asks the kernel, from which /proc may hide a process. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
