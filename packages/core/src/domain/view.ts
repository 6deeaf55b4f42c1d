import type { Allocation, RecordKind, Resource } from "./record.ts";
import type { Tombstone } from "./tombstone.ts";

/** What a command may see: the records that its `keys` named, as they are after the commands before it. */
export interface View {
  resource(id: string): Resource | undefined;
  allocation(id: string): Allocation | undefined;
  /** What is left of a record that was pruned. */
  tombstone(kind: RecordKind, id: string): Tombstone | undefined;
  /** Every resource with the tag. */
  resourcesTagged(tag: string): readonly Resource[];
}

/** Names a record, or all that carry a tag. */
export type Key =
  | { readonly kind: "resource" | "allocation"; readonly id: string }
  | { readonly kind: "tag"; readonly tag: string };

export const resourceKey = (id: string): Key => ({ kind: "resource", id });
export const allocationKey = (id: string): Key => ({ kind: "allocation", id });
export const tagKey = (tag: string): Key => ({ kind: "tag", tag });

/** The view as it will be once these records are in it. */
export function overlaid(view: View, records: readonly (Resource | Allocation)[]): View {
  const find = (kind: string, id: string) =>
    records.findLast((record) => record.kind === kind && record.id === id);
  return {
    resource: (id) => (find("resource", id) as Resource | undefined) ?? view.resource(id),
    allocation: (id) => (find("allocation", id) as Allocation | undefined) ?? view.allocation(id),
    tombstone: (kind, id) => view.tombstone(kind, id),
    resourcesTagged: (tag) => view.resourcesTagged(tag),
  };
}
