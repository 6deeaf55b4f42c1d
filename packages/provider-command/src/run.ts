import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Variables } from "./environment.ts";
import { collect, type Printed } from "./output.ts";
import { GRACE_MS, ProcessGroup } from "./process-group.ts";
import { Unclear } from "./unclear.ts";

export interface Command {
  /** The absolute path of its file. */
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Variables;
  readonly directory: string;
  /** What it reads on standard input. */
  readonly input: string;
}

export interface Limits {
  readonly seconds: number;
  readonly bytes: number;
}

export interface Ended extends Printed {
  readonly code: number;
}

/**
 * Runs a program, without a shell and in a process group of its own, and ends what is left of the group once it has
 * exited. Throws {@link Unclear} where it could not be started, or did not end by itself.
 */
export async function run(command: Command, limits: Limits, signal: AbortSignal): Promise<Ended> {
  if (signal.aborted) throw new Unclear("it was called off before it began");
  const child = start(command);
  const group = new ProcessGroup(child);
  const printed = collect(child, limits.bytes, () => group.end(`printed more than ${limits.bytes} bytes`));
  const timer = setTimeout(() => group.end(`took longer than ${limits.seconds} s`), limits.seconds * 1_000);
  const callOff = () => group.end("was called off");
  signal.addEventListener("abort", callOff);
  try {
    const { code, killedBy } = await Promise.race([ended(child, group), group.beyond]);
    if (group.reason !== undefined) throw new Unclear(`it ${group.reason}, and was ended`);
    if (code === null) throw new Unclear(`it was ended by ${killedBy}`);
    return { code, ...printed() };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", callOff);
  }
}

function start({ program, args, environment, directory, input }: Command): ChildProcessWithoutNullStreams {
  try {
    const child = spawn(program, args, { cwd: directory, env: environment, detached: true, stdio: "pipe" });
    // A program need not read what it is told.
    child.stdin.on("error", () => {}).end(input);
    return child;
  } catch (error) {
    throw notStarted(error);
  }
}

const notStarted = (error: unknown) =>
  new Unclear(`it cannot be started: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);

interface End {
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
}

/** Resolves when it has exited, its group is ended, and all that it printed is there. */
function ended(child: ChildProcessWithoutNullStreams, group: ProcessGroup): Promise<End> {
  const { promise, resolve, reject } = Promise.withResolvers<End>();
  let timer: NodeJS.Timeout | undefined;
  child.once("error", (error) => reject(notStarted(error)));
  child.once("exit", () => {
    group.reap();
    timer = setTimeout(() => {
      // Whoever has left the group may have more to say, and can hold the output open for ever.
      child.stdout.destroy();
      child.stderr.destroy();
      reject(new Unclear("it left a process behind that holds its output open"));
    }, GRACE_MS);
  });
  child.once("close", (code, killedBy) => {
    clearTimeout(timer);
    resolve({ code, killedBy });
  });
  return promise;
}
