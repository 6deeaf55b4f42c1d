import { isRefusal } from "../../domain/command.ts";
import { recordSighting } from "../../domain/commands/record-sighting.ts";
import { describe, type Resource } from "../../domain/record.ts";
import type { Finds, Looking, Seeing } from "../../ports/provider.ts";
import { ACTOR } from "../looking.ts";
import { meant } from "./answer.ts";
import { placeOf, type Serving, subjectOf, wordsOf } from "./serving.ts";
import type { Tools } from "./tools.ts";

/** How a provider is asked: in its turn, and with an answer in any case. */
export class Asking {
  readonly #tools: Tools;
  readonly #serving: Serving;
  readonly #resource: Resource;
  readonly #signal: AbortSignal;
  /** When the last look or search was begun. */
  asked = 0;

  constructor(tools: Tools, serving: Serving, resource: Resource, signal: AbortSignal) {
    this.#tools = tools;
    this.#serving = serving;
    this.#resource = resource;
    this.#signal = signal;
  }

  get provider() {
    return this.#serving.provider;
  }

  target(externalId: string) {
    return { ...subjectOf(this.#resource, externalId), externalId };
  }

  /** What comes to be from then on it may not see. */
  #begin() {
    this.asked = this.#tools.engine.clock.now();
    return this.provider;
  }

  /** Whatever is thrown, and whatever comes too late, cannot tell. */
  async ask<Answer>(
    call: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer | { answer: "cannot-tell"; reason: string }> {
    try {
      return await this.#tools.slots.run(placeOf(this.#serving, this.#resource), this.#signal, (cut) => {
        const signal = AbortSignal.any([this.#signal, cut]);
        return ended(call(signal), signal);
      });
    } catch (error) {
      return { answer: "cannot-tell", reason: wordsOf(error) };
    }
  }

  /** `gone` counts only where the provider would see it. */
  async look(externalId: string): Promise<Looking> {
    const target = this.target(externalId);
    const looked = await this.ask(async (signal) =>
      meant<Looking>(await this.#begin().look?.(target, signal), "present", "gone"),
    );
    return looked.answer === "gone" ? this.#ifSeen(looked) : looked;
  }

  async find(): Promise<Finds> {
    const subject = subjectOf(this.#resource);
    const found = await this.ask(async (signal) =>
      meant<Finds>(await this.#begin().find?.(subject, signal), "found"),
    );
    const isNothing = found.answer === "found" && found.externalIds.length === 0;
    return isNothing ? this.#ifSeen(found) : found;
  }

  async #ifSeen<Answer>(
    answer: Answer,
  ): Promise<Answer | { readonly answer: "cannot-tell"; readonly reason: string }> {
    const { scope } = describe(this.#resource);
    const seeing: Seeing = await this.ask(async (signal) =>
      meant<Seeing>(await this.provider.sees(scope, signal), "yes", "no"),
    );
    return seeing.answer === "yes" ? answer : { answer: "cannot-tell", reason: seeing.reason };
  }

  /** What was looked at last, as of when that was asked. Durable when it resolves. Returns whether it is. */
  async note(seen: Sighting): Promise<boolean> {
    const { engine } = this.#tools;
    const input = { id: this.#resource.id, provider: this.#serving.name, seen, at: this.asked };
    return !isRefusal(await engine.submit(recordSighting, input, ACTOR));
  }
}

type Sighting =
  | { readonly kind: "seen"; readonly externalIds: string[] }
  | { readonly kind: "seen-gone"; readonly externalId: string }
  | { readonly kind: "not-found" };

/** A provider that does not heed its signal must not keep anybody waiting. */
function ended<Answer>(call: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error("it did not answer in time"));
    signal.addEventListener("abort", abort, { once: true });
    call.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
