import { Unreachable } from "./errors.ts";
import type { HttpRequest } from "./http.ts";
import { reasonOf } from "./reason.ts";
import type { Runtime } from "./runtime.ts";

export interface Patience {
  /** Milliseconds from now. */
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
}

/** One thing to be said to drett or asked of it, until it is answered, or nobody waits for it any longer. */
export class Call<T = unknown> {
  readonly request: HttpRequest;
  /** The same as an item of a batch, in JSON; questions have none. */
  readonly item: string | undefined;
  readonly answer: Promise<T>;
  isSettled = false;
  /** What came of the last try. */
  failure: unknown;
  readonly #read: (body: unknown) => T;
  #resolve!: (answer: T) => void;
  #reject!: (error: unknown) => void;
  readonly #settled = new AbortController();

  constructor(
    { request, item, read }: { request: HttpRequest; item?: string; read: (body: unknown) => T },
    { deadline, signal }: Patience,
    runtime: Runtime,
  ) {
    this.request = request;
    this.item = item;
    this.#read = read;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (signal?.aborted) {
      this.reject(signal.reason);
      return;
    }
    const abort = () => this.reject(signal?.reason);
    signal?.addEventListener("abort", abort);
    // A signal may outlive thousands of calls: none stays behind on it, and no timer keeps the process alive.
    this.#settled.signal.addEventListener("abort", () => signal?.removeEventListener("abort", abort));
    void runtime.sleep(deadline, this.#settled.signal).then(() => this.#giveUp(deadline));
  }

  /** Throws where the body is not what a drett server answers; the call stays open then. */
  resolve(body: unknown): void {
    const answer = this.#read(body);
    this.#settle(() => this.#resolve(answer));
  }

  reject(error: unknown): void {
    this.#settle(() => this.#reject(error));
  }

  #giveUp(deadline: number): void {
    const last = this.failure === undefined ? "no answer came" : reasonOf(this.failure);
    const message = `drett did not answer within ${deadline / 1000} s: ${last}`;
    this.reject(new Unreachable(message, { cause: this.failure }));
  }

  #settle(how: () => void): void {
    this.isSettled = true;
    how();
    this.#settled.abort();
  }
}
