import { StoreUnavailable } from "@drett/core";
import type { Logger } from "pino";

const REPEAT_AFTER_MS = 10_000;

/** Says what is wrong inside, once and then every ten seconds, however many requests run into it. */
export class TroubleLog {
  readonly #log: Logger;
  readonly #said = new Map<string, { at: number; times: number }>();
  /** What the store's last failure was, while it lasts. */
  last: string | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  happened(error: unknown, during: string): void {
    const isStore = error instanceof StoreUnavailable;
    if (isStore && during === "flush") this.last = error.message;
    const message = error instanceof Error ? error.message : String(error);
    const said = this.#said.get(message) ?? { at: 0, times: 0 };
    said.times += 1;
    this.#said.set(message, said);
    if (performance.now() - said.at < REPEAT_AFTER_MS && said.at !== 0) return;
    const what = isStore ? `the store does not answer: ${message}` : `drett made a mistake: ${message}`;
    this.#log.error(
      { err: error, during, times: said.times, remedy: isStore ? error.remedy : undefined },
      what,
    );
    this.#said.set(message, { at: performance.now(), times: 0 });
  }

  /** A write got through. */
  passed(): void {
    if (this.last === undefined) return;
    this.#log.info("the store answers again");
    this.last = undefined;
    this.#said.clear();
  }
}
