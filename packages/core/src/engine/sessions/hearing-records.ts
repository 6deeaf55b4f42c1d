import type { Change } from "../../ports/store.ts";

/** Carried by what says that a server is there. */
export const HEARING_TAG = "hearing";

/** That a server is there, able to write. */
export interface Presence {
  readonly run: string;
  /** One more with each flush. */
  readonly beat: number;
  /** Its pages, by id, and which revision of each belongs to this flush. */
  readonly pages: { readonly [id: string]: number };
}

/** Which sessions it heard last when, by its wall clock: others only ask whether that has changed. */
export interface SessionPage {
  readonly revision: number;
  readonly heard: { readonly [session: string]: number };
}

export interface HearingRecord {
  readonly id: string;
  readonly tags: readonly string[];
  readonly body: Presence | SessionPage;
}

export function changeOf({ id, tags, body }: HearingRecord, expected: number): Change {
  const nothing = { finding: null, since: null, due: null, module: null, owner: null, type: null };
  return {
    kind: "hearing",
    id,
    expected,
    columns: { state: "hearing", application: "drett", allocation: null, ...nothing, tags },
    body: JSON.stringify([body]),
    from: 0,
    to: 0,
  };
}
