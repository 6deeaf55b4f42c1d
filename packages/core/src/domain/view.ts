import type { Freeze } from "./reclaim/freeze.ts";
import type { Plan } from "./reclaim/plan.ts";
import type { Allocation, Record, RecordKind, Resource, Session, StoredKind } from "./record.ts";
import type { Tombstone } from "./tombstone.ts";

/** What a command may see: the records that its `keys` named, as they are after the commands before it. */
export interface View {
  resource(id: string): Resource | undefined;
  allocation(id: string): Allocation | undefined;
  session(id: string): Session | undefined;
  freeze(id: string): Freeze | undefined;
  plan(id: string): Plan | undefined;
  /** What is left of a record that was pruned. */
  tombstone(kind: RecordKind, id: string): Tombstone | undefined;
  /** Every resource with the tag. */
  resourcesTagged(tag: string): readonly Resource[];
}

/** Names a record, or all that carry a tag. */
export type Key =
  | {
      readonly kind: StoredKind;
      readonly id: string;
      /** It is only looked at, and waits for nobody who writes it. */
      readonly reads?: true;
    }
  | { readonly kind: "tag"; readonly tag: string };

export const resourceKey = (id: string): Key => ({ kind: "resource", id });
export const allocationKey = (id: string): Key => ({ kind: "allocation", id });
export const sessionKey = (id: string, reads?: true): Key => ({
  kind: "session",
  id,
  ...(reads && { reads }),
});
export const freezeKey = (id: string): Key => ({ kind: "freeze", id });
export const planKey = (id: string): Key => ({ kind: "plan", id });
export const tagKey = (tag: string): Key => ({ kind: "tag", tag });

export const recordIn = (view: View, { kind, id }: { kind: RecordKind; id: string }): Record | undefined =>
  view[kind](id);

/** The view as it will be once these records are in it. */
export function overlaid(view: View, records: readonly Record[]): View {
  const find = (kind: string, id: string) =>
    records.findLast((record) => record.kind === kind && record.id === id);
  return {
    resource: (id) => (find("resource", id) as Resource | undefined) ?? view.resource(id),
    allocation: (id) => (find("allocation", id) as Allocation | undefined) ?? view.allocation(id),
    session: (id) => (find("session", id) as Session | undefined) ?? view.session(id),
    freeze: (id) => (find("freeze", id) as Freeze | undefined) ?? view.freeze(id),
    plan: (id) => (find("plan", id) as Plan | undefined) ?? view.plan(id),
    tombstone: (kind, id) => view.tombstone(kind, id),
    resourcesTagged: (tag) => view.resourcesTagged(tag),
  };
}
