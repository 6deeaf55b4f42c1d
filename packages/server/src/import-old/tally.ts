import type { Mapping } from "./mapping.ts";
import type { OldDocument } from "./old-collections.ts";

type Mapped = Exclude<Mapping, { reason: string }>;

/** What became of an old document: it was new or known already, or there is a reason why it was not taken. */
export type Brought = (Mapped & { readonly isNew: boolean }) | { readonly reason: string };

/** Of one collection: what became of its documents, as it is reported. */
export class Tally {
  read = 0;
  /** Recorded for the first time, or all that would be recorded. */
  new = 0;
  /** Recorded by an earlier run. */
  known = 0;
  /** How many went from which state to which. */
  readonly states: Record<string, number> = {};
  readonly left: { readonly _id: unknown; readonly reason: string }[] = [];
  readonly remarks: { readonly _id: unknown; readonly remarks: readonly string[] }[] = [];

  count({ _id }: OldDocument, brought: Brought): void {
    this.read += 1;
    if ("reason" in brought) {
      this.left.push({ _id, reason: brought.reason });
      return;
    }
    const { from, to, isNew, remarks } = brought;
    if (isNew) this.new += 1;
    else this.known += 1;
    const states = `${from} → ${to}`;
    this.states[states] = (this.states[states] ?? 0) + 1;
    if (remarks.length > 0) this.remarks.push({ _id, remarks });
  }
}
