import type { Ms } from "./fact.ts";
import type { RecordKind } from "./record.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { View } from "./view.ts";

/** What stays of a record that was pruned: its id, so that nobody uses it a second time. */
export interface Tombstone {
  readonly kind: RecordKind;
  readonly id: string;
  readonly application: string;
  /** How it stood in the end. */
  readonly state: string;
  /** When it last heard anything. */
  readonly closed: Ms;
  /** When the tombstone goes, too. */
  readonly until: Ms;
}

/** Why there is no such resource: it was pruned, or nobody has ever registered it. */
export const noResource = (view: View, id: string): Refusal =>
  prunedIn(view, "resource", id) ?? refuse("unknown-resource", `No resource ${id} is registered.`);

export const noAllocation = (view: View, id: string): Refusal =>
  prunedIn(view, "allocation", id) ?? refuse("unknown-allocation", `No allocation ${id} has begun.`);

export const noPlan = (view: View, id: string): Refusal =>
  prunedIn(view, "plan", id) ?? refuse("unknown-plan", `There is no plan ${id}.`);

export const noFreeze = (view: View, id: string): Refusal =>
  prunedIn(view, "freeze", id) ?? refuse("unknown-freeze", `There is no freeze ${id}.`);

export const noSession = (view: View, id: string): Refusal =>
  prunedIn(view, "session", id) ?? refuse("unknown-session", `No session ${id} was opened.`);

function prunedIn(view: View, kind: RecordKind, id: string): Refusal | undefined {
  const tombstone = view.tombstone(kind, id);
  return tombstone && pruned(tombstone);
}

export const pruned = ({ kind, id, state }: Tombstone): Refusal =>
  refuse("pruned", `The ${kind} ${id} was ${state}, and was pruned a long time after that.`, { state });
