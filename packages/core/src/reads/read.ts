import type { Static, TObject } from "typebox";
import type { Role } from "../domain/caller.ts";
import type { Refusal, RefusalCode } from "../domain/refusal.ts";
import type { Store } from "../ports/store.ts";
import type { FindingsCount } from "./findings-count.ts";
import type { Moment } from "./views/standing.ts";

interface ReadContext extends Moment {
  /** As the caller sees it. */
  readonly store: Store;
  /** As it is: for what others own and what bears on the caller's all the same. Nobody's names are told from it. */
  readonly whole: Store;
  /** When the server started. */
  readonly started?: number;
  /** Where findings are counted in the background. */
  readonly count?: FindingsCount;
}

/** One question: one file, one route, one answer shape. It changes nothing. */
export interface Read<Input extends TObject = TObject, Reply extends TObject = TObject> {
  readonly name: string;
  readonly summary: string;
  /** Path parameters and query parameters are the fields of `input`. */
  readonly route: `GET /v1/${string}`;
  /** What an API key needs for it. */
  readonly role: Role;
  readonly input: Input;
  readonly reply: Reply;
  readonly refusals: readonly RefusalCode[];
  answer(input: Static<Input>, context: ReadContext): Promise<{ reply: Static<Reply> } | Refusal>;
}

export const read = <Input extends TObject, Reply extends TObject>(value: Read<Input, Reply>) => value;
