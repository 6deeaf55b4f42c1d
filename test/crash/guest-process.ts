import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Door } from "./client.ts";
import type { Answer } from "./http.ts";

const ENTRY = fileURLToPath(new URL("./guest-at-work.ts", import.meta.url));

/** Guests of a store, one after the other, in a process of their own. */
export class GuestProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(directory: string): Promise<GuestProcess> {
    const child = fork(ENTRY, [directory]);
    await once(child, "message");
    return new GuestProcess(child);
  }

  /** Rejects when it is killed meanwhile. */
  readonly door: Door = async (request) => {
    const dead = new AbortController();
    const die = () => dead.abort();
    this.#child.once("exit", die);
    try {
      this.#child.send(request, () => {});
      const [answers] = (await once(this.#child, "message", dead)) as [Answer[]];
      return answers;
    } finally {
      this.#child.off("exit", die);
    }
  };

  /** kill -9. Says what is wrong where it had ended by itself. */
  async kill(): Promise<string | undefined> {
    if (this.#child.exitCode !== null) return `a guest ended by itself (${this.#child.exitCode})`;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
    return undefined;
  }
}
