import { isRefusal } from "../domain/command.ts";
import { sweep } from "../domain/commands/sweep.ts";
import type { RecordKind } from "../domain/record.ts";
import type { Outcome } from "./committer.ts";
import type { Engine } from "./engine.ts";

/** Who does what nobody asked for. */
export const ACTOR = "drett";
export const PAGE = 500;

/** `unreadable`: nothing helps but a backup; `later`: it stays due, and the next pass tries again. */
export type Looked = "looked" | "unreadable" | "later";

export interface Look {
  readonly kind: RecordKind;
  readonly id: string;
  readonly facts?: number;
}

/** Derives each of them anew. */
export const look = (engine: Engine, looks: readonly Look[]): Promise<Looked[]> =>
  Promise.all(looks.map((it) => lookAtOne(engine, it)));

async function lookAtOne(engine: Engine, { kind, id, facts }: Look): Promise<Looked> {
  const named = facts === undefined ? { kind, id } : { kind, id, facts };
  return lookedBy(await engine.submit(sweep, named, ACTOR));
}

export function lookedBy(outcome: Outcome): Looked {
  if (!isRefusal(outcome)) return "looked";
  return outcome.refused === "record-unreadable" ? "unreadable" : "later";
}
