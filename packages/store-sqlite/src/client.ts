import type { OperationName, Operations } from "./operator.ts";

export type InputOf<Name extends OperationName> =
  Parameters<Operations[Name]> extends [unknown, ...infer Input] ? Input : never;

/** Who can be asked to do things with the database, one after the other. */
export interface Client {
  /** Rejects with `StoreUnavailable`. */
  ask<Name extends OperationName>(
    operation: Name,
    ...input: InputOf<Name>
  ): Promise<ReturnType<Operations[Name]>>;
  /** Waits for what was asked before. */
  close(): Promise<void>;
}
