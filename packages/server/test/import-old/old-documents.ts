import type { OldCollections, OldDocument, OldKind } from "../../src/import-old/old-collections.ts";

/** The id of the old drett that was made at this second of 2014-11-23, so many minutes after 09:30 UTC. */
export const oid = (number: number, minutes = 0) => {
  const seconds = Date.UTC(2014, 10, 23, 9, 30 + minutes) / 1_000;
  return { $oid: seconds.toString(16) + number.toString(16).padStart(16, "0") };
};
export const idOf = ({ $oid }: { $oid: string }) => `o${$oid}`;

/** A local time of 2014-11-23, so many minutes after 10:30, which is 09:30 UTC in Budapest. */
export const local = (minutes: number) => ({ $date: Date.UTC(2014, 10, 23, 10, 30 + minutes) });
/** The same as it is answered. */
export const utc = (minutes: number) => new Date(Date.UTC(2014, 10, 23, 9, 30 + minutes)).toISOString();

export const oldAllocation = (more: OldDocument = {}): OldDocument => ({
  _id: oid(1),
  allocation_id: "a-label",
  application: "probe",
  module: "nova",
  state: "PENDING",
  deadline: local(10),
  ...more,
});

export const oldResource = (more: OldDocument = {}): OldDocument => ({
  _id: oid(2, 1),
  allocation_oid: oid(1),
  owner: "lpds",
  type: "vm",
  state: "PENDING",
  ...more,
});

/** Old collections that are only a list. */
export function listed(documents: { readonly [kind in OldKind]: readonly OldDocument[] }): OldCollections {
  return {
    counts: async () => ({
      allocations: documents.allocations.length,
      resources: documents.resources.length,
    }),
    async *read(kind) {
      yield* documents[kind];
    },
    close: async () => {},
  };
}
