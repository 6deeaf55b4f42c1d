import type { Drett, Fact } from "@drett/client";

/** What drett itself does, in words; what engines say is told by the engines. */
const WORDS: { readonly [kind: string]: (fact: Fact) => string } = {
  seen: ({ externalId }) => `found by its drett id: it exists, as ${String(externalId)}`,
  "session-lapsed": () => "its engine was not heard for its whole TTL",
  claimed: ({ claim, policy }) => `is to be freed (claim ${String(claim)}, by the policy ${String(policy)})`,
  "claim-withdrawn": ({ reason }) => `is left alone after all: ${String(reason)}`,
  "reclaim-failed": ({ reason, stuck }) => `${stuck ? "is stuck" : "was not freed"}: ${String(reason)}`,
  "proven-gone": () => "is proven gone: two looks, a second apart",
  held: ({ reason }) => `is held (${String(reason)})`,
};

/** Says what is new of the resources, one fact a line, and a dot where there is nothing new. */
export class News {
  readonly #drett: Drett;
  readonly #module: string;
  readonly #told = new Map<string, number>();
  #isDotted = false;

  constructor(drett: Drett, module: string) {
    this.#drett = drett;
    this.#module = module;
  }

  async tell(): Promise<void> {
    const lines: string[] = [];
    for await (const { id } of this.#drett.resources({ module: this.#module })) {
      const { facts } = await this.#drett.get(id);
      const news = facts.slice(this.#told.get(id) ?? 0);
      this.#told.set(id, facts.length);
      for (const fact of news) {
        const words = WORDS[fact.kind]?.(fact);
        if (words !== undefined) lines.push(`  ${fact.arrival.slice(11, 19)}  ${id}  ${words}`);
      }
    }
    if (lines.length === 0) this.#dot();
    else this.#say(lines.join("\n"));
  }

  #dot(): void {
    process.stdout.write(this.#isDotted ? "." : "  .");
    this.#isDotted = true;
  }

  #say(text: string): void {
    process.stdout.write(`${this.#isDotted ? "\n" : ""}${text}\n`);
    this.#isDotted = false;
  }
}
