import { readFileSync, readlinkSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export const PROC = "/proc";

/** Within which a pid means something: the boot of a machine, and the PID namespace of a container. */
export interface Place {
  readonly boot: string;
  readonly namespace: string;
}

/** Throws where there is no /proc to see anything in. */
export function placeIn(proc: string): Place {
  try {
    const boot = readFileSync(join(proc, "sys/kernel/random/boot_id"), "utf8").slice(0, 8);
    return { boot, namespace: namespaceIn(proc, "pid") };
  } catch (error) {
    throw new Error(`processes cannot be seen: ${(error as Error).message}`, { cause: error });
  }
}

const namespaceIn = (proc: string, kind: "pid" | "uts") =>
  readlinkSync(join(proc, "self/ns", kind)).replace(/\D/g, "");

/** Those of the machine itself, in every Linux. */
const FIRST = { pid: "4026531836", uts: "4026531838" } as const;

/** Where others' processes are not to be seen. */
export const isInContainer = (proc: string): boolean => namespaceIn(proc, "pid") !== FIRST.pid;

/** Whether the host name is the machine's, as far as anybody can tell, and not one of a container. */
export const hasNameOfMachine = (proc: string): boolean =>
  (ifThere(() => namespaceIn(proc, "uts")) ?? FIRST.uts) === FIRST.uts;

export interface Stat {
  readonly parent: number;
  /** When it began, in hundredths of a second since the boot. */
  readonly start: string;
  /**
   * Whether anything of it runs. The first thread may have ended, and be shown as a zombie, while others work. What the
   * kernel does itself is no process.
   */
  readonly isAlive: boolean;
}

/** Nothing where no process that can be seen has the pid. */
export function statIn(proc: string, pid: number): Stat | undefined {
  const text = ifThere(() => readFileSync(join(proc, String(pid), "stat"), "utf8"));
  return text === undefined ? undefined : parseStat(text);
}

const PF_KTHREAD = 0x00200000;

/** The name in it, which stands in brackets, may hold anything, brackets and blanks too. */
export function parseStat(text: string): Stat {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, parent, flags, threads, start] = [0, 1, 6, 17, 19].map((place) => fields[place]);
  const hasEnded = state === "X" || (state === "Z" && Number(threads) <= 1);
  const isKernels = (Number(flags) & PF_KTHREAD) !== 0;
  return { parent: Number(parent), start: start ?? "", isAlive: !hasEnded && !isKernels };
}

export async function pidsIn(proc: string): Promise<number[]> {
  const names = await readdir(proc);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

/** Empty where it has none, or is about to end. Rejects where it may not be read. */
export const environmentIn = (proc: string, pid: number): Promise<string> =>
  readFile(join(proc, String(pid), "environ"), "utf8");

/** What a variable is in an environment: the first of that name holds. */
export function valueIn(environment: string, variable: string): string | undefined {
  const prefix = `${variable}=`;
  return environment
    .split("\0")
    .find((entry) => entry.startsWith(prefix))
    ?.slice(prefix.length);
}

/** Under which user id a process runs, as it is and as it acts. */
export function usersIn(proc: string, pid: number): readonly number[] {
  const text = ifThere(() => readFileSync(join(proc, String(pid), "status"), "utf8")) ?? "";
  return (/^Uid:\s+(\d+)\s+(\d+)/m.exec(text)?.slice(1) ?? []).map(Number);
}

const GONE = ["ENOENT", "ESRCH"];

export const isGone = (error: unknown) => GONE.includes(String((error as NodeJS.ErrnoException).code));

function ifThere<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
