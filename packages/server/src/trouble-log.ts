import { StoreUnavailable } from "@drett/core";
import type { Logging } from "./logging/logging.ts";

const REPEAT_AFTER_MS = 10_000;

/** Says what is wrong inside, once and then every ten seconds, however many requests run into it. */
export class TroubleLog {
  readonly #loggerOf: Logging["logger"];
  readonly #said = new Map<string, { at: number; times: number }>();
  /** What the store's last failure was, while it lasts. */
  last: string | undefined;

  constructor(loggerOf: Logging["logger"]) {
    this.#loggerOf = loggerOf;
  }

  happened(error: unknown, during: string, about: object = {}): void {
    const isStore = error instanceof StoreUnavailable;
    if (isStore && during === "flush") this.last = error.message;
    const message = error instanceof Error ? error.message : String(error);
    const said = this.#said.get(message) ?? { at: 0, times: 0 };
    said.times += 1;
    this.#said.set(message, said);
    if (performance.now() - said.at < REPEAT_AFTER_MS && said.at !== 0) return;
    const what = isStore ? `the store does not answer: ${message}` : `drett made a mistake: ${message}`;
    this.#loggerOf(isStore ? "drett.store" : "drett").error(
      { err: error, during, ...about, times: said.times, remedy: isStore ? error.remedy : undefined },
      what,
    );
    this.#said.set(message, { at: performance.now(), times: 0 });
  }

  /** A write got through. */
  passed(): void {
    if (this.last === undefined) return;
    this.#loggerOf("drett.store").info("the store answers again");
    this.last = undefined;
    this.#said.clear();
  }
}
