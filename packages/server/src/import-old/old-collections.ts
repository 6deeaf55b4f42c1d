/** A document of the old drett, as the old protocol would write it: `{"$oid": …}`, `{"$date": milliseconds}` and so on. */
export interface OldDocument {
  readonly [field: string]: unknown;
}

export type OldKind = "allocations" | "resources";

/** What an old drett has recorded. To read it changes nothing. */
export interface OldCollections {
  /** About how many there are, for those who watch. */
  counts(): Promise<{ readonly [kind in OldKind]: number }>;
  /** All of them, the oldest first. */
  read(kind: OldKind): AsyncIterable<OldDocument>;
  close(): Promise<void>;
}
