/** A fact that a client told, as the reads show it: its kind and content, and the time that was told with it. */
export interface ToldFact {
  readonly record: RecordName;
  readonly says: { readonly kind: string; readonly [field: string]: unknown };
  readonly at: string;
}

export type RecordName = `resource ${string}` | `allocation ${string}`;

/** One command as a client sends it, and all that it may leave behind. */
export interface Command {
  readonly name: string;
  /** Its route, when it travels alone; in a batch it travels by its name. */
  readonly path: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** 201 the first time, 200 when told again. */
  readonly creates?: boolean;
  /** The code with which it must be refused, now and ever. */
  readonly refused?: string;
  readonly facts: readonly ToldFact[];
}

/** JSON with the keys in order, so that equal things are equal texts. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

export const nameOfFact = ({ record, says, at }: ToldFact): string => `${record} ${at} ${canonical(says)}`;
