import { type Command, type Engine, isRefusal, listAllocations, type Outcome, refuse } from "@drett/core";
import type { Static, TObject } from "typebox";
import { idOfObjectId } from "./object-id.ts";

/** What an old command may do: submit new ones, in the name of whoever asked. */
export class Door {
  readonly #engine: Engine;
  readonly #mint: (now: number) => string;
  readonly #actor: string;
  /** The id of the record that was written last. */
  record: string | undefined;

  constructor(engine: Engine, mint: (now: number) => string, actor: string) {
    this.#engine = engine;
    this.#mint = mint;
    this.#actor = actor;
  }

  newId(): string {
    return this.#mint(this.#engine.clock.now());
  }

  async submit<Input extends TObject, Reply extends TObject>(
    command: Command<Input, Reply>,
    input: Static<Input>,
  ): Promise<Outcome<Static<Reply>>> {
    const outcome = await this.#engine.submit(command, input, this.#actor);
    if (!isRefusal(outcome)) this.record = (outcome.reply as { id?: string }).id;
    return outcome;
  }

  async onResource<Reply>(
    oid: string,
    submit: (id: string) => Promise<Outcome<Reply>>,
  ): Promise<Outcome<Reply>> {
    const id = idOfObjectId(oid);
    return id === undefined ? refuse("unknown-resource", `No resource has the id ${oid}.`) : submit(id);
  }

  /** Where no allocation has the id, the one that carries it as its label is meant; of several, the newest. */
  async onAllocation<Reply>(
    oid: string,
    submit: (id: string) => Promise<Outcome<Reply>>,
  ): Promise<Outcome<Reply>> {
    const unknown = refuse("unknown-allocation", `No allocation has the id or the label ${oid}.`);
    const id = idOfObjectId(oid);
    const outcome = id === undefined ? unknown : await submit(id);
    if (!isRefusal(outcome) || outcome.refused !== "unknown-allocation") return outcome;
    const found = await this.#engine.read(listAllocations, { label: oid, limit: 1 });
    // What can be no label is none.
    if (isRefusal(found)) return found.refused === "invalid-input" ? unknown : found;
    const [labelled] = found.reply.items;
    return labelled ? submit(labelled.id) : unknown;
  }
}
