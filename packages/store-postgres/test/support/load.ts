import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { COMMANDS, type Command, Engine, isRefusal, resourceKey, type Store } from "@drett/core";

const commandOf = (name: string) => COMMANDS.find((command) => command.name === name) as Command;
const LIFE = ["register-intent", "report-allocated", "report-freed"].map(commandOf);
const KINDS = ["intent", "allocated", "freed"];

/** Refused for these, the same command is told again, as a client would. */
const TEMPORARY = ["store-unavailable", "store-contended"];
const PAUSE_MS = 5;
/** How long one command may have to be told again and again. */
const PATIENCE_MS = 60_000;

/** Workers that carry resources through their lives and note what was acknowledged. */
export class Load {
  readonly #engine: Engine;
  readonly #workers: readonly Promise<void>[];
  readonly #acknowledged: string[] = [];
  #commands = 0;
  #refused = 0;
  #stopping = false;

  constructor(store: Store, workers = 16) {
    let ids = 0;
    this.#engine = new Engine({ store, newId: () => `m${ids++}` });
    this.#workers = Array.from({ length: workers }, (_, worker) => this.#work(`w${worker}`));
  }

  get commands(): number {
    return this.#commands;
  }

  /** How often a command was refused because of the store. */
  get refused(): number {
    return this.#refused;
  }

  /** Resolves when so many more commands were acknowledged: the store is at work. */
  async progresses(commands = 50): Promise<void> {
    const goal = this.#commands + commands;
    const deadline = performance.now() + PATIENCE_MS;
    while (this.#commands < goal) {
      assert.ok(performance.now() < deadline, `${goal - this.#commands} of ${commands} commands are missing`);
      await wait(PAUSE_MS);
    }
  }

  /** Lets each worker bring its resource to its end; then holds what is stored against what was acknowledged. */
  async endsWell(store: Store): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#workers);
    await this.#engine.close();
    const records = await store.load(this.#acknowledged.map(resourceKey));
    assert.equal(records.length, this.#acknowledged.length);
    for (const { id, body, version } of records) {
      const kinds = (JSON.parse(body) as { kind: string }[]).map(({ kind }) => kind);
      assert.deepEqual([kinds, version], [KINDS, KINDS.length], id);
    }
    const told = await feedOf(store);
    const expected = this.#acknowledged.flatMap((id) => KINDS.map((_, place) => `${id} ${place}`));
    assert.deepEqual(told.toSorted(), expected.toSorted());
  }

  async #work(worker: string): Promise<void> {
    for (let number = 0; !this.#stopping; number++) {
      const id = `${worker}-${number}`;
      const at = new Date().toISOString();
      const about = { application: "load", type: "vm", owner: worker };
      await this.#tell(LIFE[0] as Command, { id, ...about, at });
      await this.#tell(LIFE[1] as Command, { id, externalId: `i-${id}`, at });
      await this.#tell(LIFE[2] as Command, { id, externalId: `i-${id}`, at });
      this.#acknowledged.push(id);
    }
  }

  async #tell(command: Command, input: object): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const outcome = await this.#engine.submit(command, input, "load");
      if (!isRefusal(outcome)) break;
      assert.ok(TEMPORARY.includes(outcome.refused), JSON.stringify(outcome));
      assert.ok(performance.now() < deadline, JSON.stringify(outcome));
      this.#refused++;
      await wait(PAUSE_MS);
    }
    this.#commands++;
  }
}

/** All that the feed tells, as `id place`. */
async function feedOf(store: Store): Promise<string[]> {
  const told: string[] = [];
  let page = await store.events(undefined, 1_000);
  while (page.events.length > 0) {
    told.push(...page.events.map(({ id, place }) => `${id} ${place}`));
    page = await store.events(page.cursor, 1_000);
  }
  return told;
}
