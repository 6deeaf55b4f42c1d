import {
  applicationsOf,
  type Caller,
  type Command,
  type Engine,
  isRefusal,
  listAllocations,
  type Outcome,
  refuse,
} from "@drett/core";
import type { Static, TObject } from "typebox";
import { idOfObjectId } from "./object-id.ts";

/** What an old command may do: submit new ones, in the name of whoever asked. */
export class Door {
  readonly #engine: Engine;
  readonly #mint: (now: number) => string;
  readonly #caller: Caller;
  /** The id of the record that was written last. */
  record: string | undefined;

  constructor(engine: Engine, mint: (now: number) => string, caller: Caller) {
    this.#engine = engine;
    this.#mint = mint;
    this.#caller = caller;
  }

  newId(): string {
    return this.#mint(this.#engine.clock.now());
  }

  /** Whose it is where nothing says so. */
  get application(): string {
    const [only, ...others] = applicationsOf(this.#caller) ?? [];
    return only !== undefined && others.length === 0 ? only : "unknown";
  }

  async submit<Input extends TObject, Reply extends TObject>(
    command: Command<Input, Reply>,
    input: Static<Input>,
  ): Promise<Outcome<Static<Reply>>> {
    const outcome = await this.#engine.submit(command, input, this.#caller);
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
    const found = await this.#engine.read(listAllocations, { label: oid, limit: 1 }, reading(this.#caller));
    // What can be no label is none.
    if (isRefusal(found)) return found.refused === "invalid-input" ? unknown : found;
    const [labelled] = found.reply.items;
    return labelled ? submit(labelled.id) : unknown;
  }
}

/** To know by its label which allocation a report is about; none of it is told. */
const reading = (caller: Caller): Caller =>
  typeof caller === "string" ? caller : { ...caller, roles: [...caller.roles, "read"] };
