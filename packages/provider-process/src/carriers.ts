import { setTimeout as pause } from "node:timers/promises";
import { environmentIn, isGone, pidsIn, type Stat, statIn, usersIn, valueIn } from "./proc.ts";

export interface Carrier extends Stat {
  readonly pid: number;
  readonly id: string;
}

/** A process whose environment may not be read. */
export interface Hidden {
  readonly pid: number;
  readonly start: string;
  readonly users: readonly number[];
}

export interface Scan {
  readonly carriers: readonly Carrier[];
  readonly hidden: readonly Hidden[];
}

interface Glance extends Stat {
  readonly pid: number;
  /** Nothing where it may not be read. */
  readonly environment: string | undefined;
}

/** All others were started from it, so none of them has created it. */
const FIRST_PID = 1;
const BLANK_MS = 20;

/** All processes that carry a drett id, without those that have it from a parent which is among them. */
export async function scan(proc: string, variable: string, signal: AbortSignal): Promise<Scan> {
  const pids = (await pidsIn(proc)).filter((pid) => pid !== FIRST_PID);
  const seen = await glanceAt(proc, pids, variable, signal);
  // Whoever is just becoming another program shows no environment for a moment.
  const blank = seen.filter((it) => it.environment === "").map(({ pid }) => pid);
  if (blank.length > 0) await pause(BLANK_MS, undefined, { signal });
  const glances = [...seen, ...(await glanceAt(proc, blank, variable, signal))];
  const carriers = new Map(
    glances.flatMap(({ environment, ...rest }) => {
      const id = environment && valueIn(environment, variable);
      return id ? [[rest.pid, { ...rest, id }]] : [];
    }),
  );
  const isInherited = ({ parent, id }: Carrier) => carriers.get(parent)?.id === id;
  return {
    carriers: [...carriers.values()].filter((it) => !isInherited(it)),
    hidden: glances
      .filter((it) => it.environment === undefined)
      .map(({ pid, start }) => ({ pid, start, users: usersIn(proc, pid) })),
  };
}

/** Those that run, and carry an id or may do so. */
async function glanceAt(
  proc: string,
  pids: readonly number[],
  variable: string,
  signal: AbortSignal,
): Promise<Glance[]> {
  const glances: Glance[] = [];
  for (const pid of pids) {
    signal.throwIfAborted();
    const environment = await environmentIn(proc, pid).catch(hiddenUnlessGone);
    if (environment && !valueIn(environment, variable)) continue;
    const stat = statIn(proc, pid);
    if (stat?.isAlive) glances.push({ ...stat, pid, environment });
  }
  return glances;
}

function hiddenUnlessGone(error: unknown): string | undefined {
  if (isGone(error)) return "";
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EPERM") return undefined;
  throw error;
}
