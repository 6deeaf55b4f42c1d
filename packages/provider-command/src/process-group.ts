import type { ChildProcess } from "node:child_process";
import { Unclear } from "./unclear.ts";

/** Between SIGTERM, SIGKILL, and giving up. */
export const GRACE_MS = 2_000;

/** A program and what it has started, as long as that stays in its group. */
export class ProcessGroup {
  readonly #child: ChildProcess;
  readonly #beyond = Promise.withResolvers<never>();
  #timer: NodeJS.Timeout | undefined;
  #reason: string | undefined;
  #isReaped = false;

  /** The child must have been started detached: it leads the group then. */
  constructor(child: ChildProcess) {
    this.#child = child;
    this.#beyond.promise.catch(() => {});
  }

  /** Why it had to be ended. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Rejects where not even SIGKILL ends it, as of a process that hangs in the kernel. */
  get beyond(): Promise<never> {
    return this.#beyond.promise;
  }

  /** Asks it to end, and makes it. */
  end(reason: string): void {
    if (this.#reason !== undefined || this.#isReaped) return;
    this.#reason = reason;
    this.#signal("SIGTERM");
    this.#timer = setTimeout(() => {
      this.#signal("SIGKILL");
      this.#timer = setTimeout(
        () => this.#beyond.reject(new Unclear(`it ${reason}, and cannot be ended`)),
        GRACE_MS,
      );
    }, GRACE_MS);
  }

  /** Ends what the program has left behind. To be called when it has exited, at once: its number may be used again. */
  reap(): void {
    clearTimeout(this.#timer);
    this.#signal("SIGKILL");
    this.#isReaped = true;
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // Nobody is left, or what is left runs as somebody else.
    }
  }
}
