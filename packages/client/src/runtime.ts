import { mintIds } from "./id.ts";

/** What the client takes from its surroundings; tests pass their own. */
export interface Runtime {
  /** Milliseconds since 1970: stamps reports. */
  now(): number;
  /** A number from 0 to 1, for jitter. */
  random(): number;
  newId(): string;
  /** The number of this process, where it has one. */
  readonly pid?: number | undefined;
  environment(name: string): string | undefined;
  /** What this machine is called, where that can be known. */
  hostname(): string | undefined;
  /** Ends early, and without an error, once the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** The same, and does not keep the process alive. */
  idle(ms: number, signal: AbortSignal): Promise<void>;
  /** Ends after everything that is ready to run now has run. */
  tick(): Promise<void>;
}

/** A longer `setTimeout` would fire at once. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

interface Surroundings {
  process?: {
    env?: Record<string, string | undefined>;
    pid?: number;
    getBuiltinModule?(name: string): { hostname?(): string } | undefined;
  };
  setImmediate?: (callback: () => void) => unknown;
}
const surroundings = globalThis as Surroundings;

export const systemRuntime: Runtime = {
  now: Date.now,
  random: Math.random,
  newId: mintIds(Date.now, randomBytes),

  pid: surroundings.process?.pid,

  environment(name) {
    try {
      return surroundings.process?.env?.[name];
    } catch {
      // Deno throws where the script may not read its environment.
      return undefined;
    }
  },

  hostname() {
    try {
      const name = surroundings.process?.getBuiltinModule?.("node:os")?.hostname?.();
      // Shells set the variable and seldom pass it on: it is for where nothing else is known.
      return (name ?? this.environment("HOSTNAME")) || undefined;
    } catch {
      return undefined;
    }
  },

  sleep: (ms, signal) => wait(ms, signal, () => {}),

  // A browser's timer is a number, and keeps nothing alive.
  idle: (ms, signal) => wait(ms, signal, (timer) => (timer as { unref?(): void }).unref?.()),

  tick: () => new Promise((resolve) => (surroundings.setImmediate ?? setTimeout)(resolve)),
};

function wait(ms: number, signal: AbortSignal, started: (timer: unknown) => void): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(ms, LONGEST_TIMEOUT));
    signal.addEventListener("abort", end);
    started(timer);
  });
}

/** Node 18 has no global `crypto`. Ids must be unique there too, but they are no secrets. */
function randomBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  const { crypto } = globalThis as { crypto?: Crypto };
  return crypto ? crypto.getRandomValues(bytes) : bytes.map(() => Math.random() * 256);
}
