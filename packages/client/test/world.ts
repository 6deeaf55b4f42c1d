import { Drett } from "../src/drett.ts";
import { mintIds } from "../src/id.ts";
import type { Runtime } from "../src/runtime.ts";
import type { Defaults } from "../src/settings.ts";
import { type Body, FakeServer, type Seen } from "./fake-server.ts";

/** What happens to one request on its way: `answer` lets the server have it. */
export type Mishap = (answer: () => Response, signal: AbortSignal) => Response | Promise<Response>;

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

export const START = Date.parse("2026-11-23T09:00:00.000Z");

/** A server, a line that can break, and a clock that moves on only when there is nothing else to do. */
export class World {
  readonly server = new FakeServer();
  /** Every request that was sent, whatever became of it. */
  readonly seen: (Seen & { readonly time: number })[] = [];
  /** For the requests to come, in order; the rest goes well. */
  mishaps: (Mishap | undefined)[] = [];
  /** For every request that has no mishap of its own. */
  always: Mishap | undefined;
  environment: Record<string, string> = {};
  hostname: string | undefined;
  /** Time since the beginning, in milliseconds. */
  time = 0;
  random = 1;
  readonly #sleepers = new Set<Sleeper>();
  #ticks: (() => void)[] = [];

  readonly runtime: Runtime = {
    now: () => START + this.time,
    random: () => this.random,
    newId: mintIds(
      () => START + this.time,
      (count) => new Uint8Array(count),
    ),
    environment: (name) => this.environment[name],
    hostname: () => this.hostname,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const end = () => {
          this.#sleepers.delete(sleeper);
          resolve();
        };
        const sleeper = { until: this.time + ms, wake: end };
        this.#sleepers.add(sleeper);
        signal.addEventListener("abort", end);
      }),
    idle: (ms, signal) => this.runtime.sleep(ms, signal),
    tick: () => new Promise((resolve) => this.#ticks.push(resolve)),
  };

  drett(defaults: Defaults = {}): Drett {
    const given = {
      application: "probe",
      module: "nova",
      owner: "lpds",
      fetch: this.fetch,
      session: false as const,
      ...defaults,
    };
    return new Drett(given, this.runtime);
  }

  /** What the client takes for the network. */
  readonly fetch = async (url: unknown, init: RequestInit = {}): Promise<Response> => {
    const { pathname, searchParams } = new URL(String(url));
    const body = (typeof init.body === "string" ? JSON.parse(init.body) : {}) as Body;
    const headers = new Headers(init.headers);
    const { method = "GET", redirect } = init;
    const request = { method, path: pathname, query: searchParams, body, headers, redirect };
    this.seen.push({ ...request, time: this.time });
    const answer = () => {
      const reply = this.server.answer(request);
      return Response.json(reply.body, { status: reply.status });
    };
    const signal = init.signal ?? new AbortController().signal;
    signal.throwIfAborted();
    const mishap = this.mishaps.length > 0 ? this.mishaps.shift() : this.always;
    return mishap ? mishap(answer, signal) : answer();
  };

  get paths(): string[] {
    return this.seen.map(({ path }) => path);
  }

  /** Timers that would keep a process alive. */
  get timers(): number {
    return this.#sleepers.size;
  }

  /** Lets the world go on until the promise is settled. */
  async run<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    for (;;) {
      await allThatCanRun();
      if (isSettled) return promise;
      if (!this.#goOn()) throw new Error("the promise waits for something that never comes");
    }
  }

  /** Lets the time pass, and whatever comes due in it. */
  async pass(ms: number): Promise<void> {
    await this.run(this.runtime.sleep(ms, new AbortController().signal));
  }

  #goOn(): boolean {
    const ticks = this.#ticks;
    this.#ticks = [];
    for (const tick of ticks) tick();
    if (ticks.length > 0) return true;
    const [first] = [...this.#sleepers].toSorted((a, b) => a.until - b.until);
    if (!first) return false;
    this.time = first.until;
    first.wake();
    return true;
  }
}

/** All microtasks run before the next turn of the event loop. */
const allThatCanRun = () => new Promise<void>((resolve) => setImmediate(resolve));

export const mishap = {
  /** The server never hears it. */
  unheard: (): Response => {
    throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:5001") });
  },
  /** The server does what it says, and its answer is lost. */
  unanswered: (answer: () => Response): Response => {
    answer();
    throw new TypeError("fetch failed", { cause: new Error("read ECONNRESET") });
  },
  /** Nobody ever answers. */
  silent: (_answer: () => Response, signal: AbortSignal): Promise<Response> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    }),
  status:
    (status: number, headers: Record<string, string> = {}, body: unknown = {}): Mishap =>
    () =>
      Response.json(body, { status, headers }),
} satisfies Record<string, unknown>;

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const nothing = Symbol();
  const error = await promise.then(
    () => nothing,
    (error: unknown) => error,
  );
  if (error === nothing) throw new Error("it was expected to be rejected");
  return error;
}
