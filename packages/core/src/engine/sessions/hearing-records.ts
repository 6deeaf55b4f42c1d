import { changeOf, type Factless } from "../../ports/factless.ts";
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

export interface HearingRecord extends Factless {
  readonly kind: "hearing";
  readonly body: Presence | SessionPage;
}

/** Nothing stays of what a server wrote that is not there any more: many come and go, each under its own name. */
export const removalOf = (id: string, expected: number): Change => ({
  ...changeOf({ kind: "hearing", id, tags: [], body: { revision: 0, heard: {} } }, expected),
  gone: true,
});
