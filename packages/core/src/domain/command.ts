import type { Static, TObject } from "typebox";
import type { Role } from "./caller.ts";
import type { Defaults } from "./defaults.ts";
import type { Ms } from "./fact.ts";
import type { AllowanceOf } from "./quota.ts";
import type { Record } from "./record.ts";
import type { Refusal, RefusalCode } from "./refusal.ts";
import type { Tombstone } from "./tombstone.ts";
import type { Key, View } from "./view.ts";

/** What a decision may know besides the records: no clock, no random of its own. */
export interface Context {
  readonly now: Ms;
  /** Who says so. */
  readonly actor: string;
  readonly newId: () => string;
  readonly defaults: Defaults;
  /** What an application may have, and has; absent where nobody counts. */
  readonly allowanceOf?: AllowanceOf;
}

export interface Accepted<Reply> {
  readonly reply: Reply;
  /** Something came to be that was not there: HTTP says 201. */
  readonly created: boolean;
  /** The records as they shall be; one without a new fact is not written. */
  readonly records: readonly Record[];
  /** Written all the same: its findings and its due time are derived anew. */
  readonly lookedAt?: Record;
  /** Written all the same, as it is: whoever has it in hand has to look again. */
  readonly touched?: Record;
  /** Takes the place of its record. */
  readonly buried?: Tombstone;
  /** Goes itself, and the id is free again. */
  readonly cleared?: Tombstone;
}

export type Decision<Reply> = Accepted<Reply> | Refusal;

export function accept<Reply>(reply: Reply, ...records: Record[]): Accepted<Reply> {
  return { reply, created: false, records };
}

export function create<Reply>(reply: Reply, ...records: Record[]): Accepted<Reply> {
  return { reply, created: true, records };
}

export function isRefusal(decision: object): decision is Refusal {
  return "refused" in decision;
}

/** One command: one file, one route, one body shape. A batch item is the same object plus the name. */
export interface Command<Input extends TObject = TObject, Reply extends TObject = TObject> {
  readonly name: string;
  readonly summary: string;
  /** Method and path; a path parameter is a field of `input`. Without one it is drett's own. */
  readonly route?: `POST /v1/${string}`;
  /** What an API key needs for it. */
  readonly role: Role;
  readonly input: Input;
  readonly reply: Reply;
  /** It can bring something into being, and HTTP says 201 then. */
  readonly creates?: true;
  /** What it can refuse beyond what every request can be refused for. */
  readonly refusals: readonly RefusalCode[];
  /** The records that it reads or writes, told from its input alone. */
  keys(input: Static<Input>): readonly Key[];
  decide(view: View, input: Static<Input>, context: Context): Decision<Static<Reply>>;
}

/** Infers the types of `keys` and `decide` from the two shapes. */
export const command = <Input extends TObject, Reply extends TObject>(value: Command<Input, Reply>) => value;
