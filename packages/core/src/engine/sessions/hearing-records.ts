import type { Ms } from "../../domain/fact.ts";
import { bodyOf, changeOf, type Factless } from "../../ports/factless.ts";
import type { Change, Store, StoredRecord } from "../../ports/store.ts";

/** Carried by what says that a server is there. */
export const HEARING_TAG = "hearing";

/** That a server is there, able to write. */
export interface Presence {
  readonly run: string;
  /** One more with each flush. */
  readonly beat: number;
  /** When, by its own wall clock: for people. */
  readonly at: Ms;
  /** Its pages, by id, and which revision of each belongs to this flush. */
  readonly pages: { readonly [id: string]: number };
}

/** Which sessions it heard last when, by its wall clock: others only ask whether that has changed. */
export interface SessionPage {
  readonly revision: number;
  readonly heard: { readonly [session: string]: number };
  /** How many things each of them was told to have lost, where it was told of any. */
  readonly lost?: { readonly [session: string]: number };
}

export interface HearingRecord extends Factless {
  readonly kind: "hearing";
  readonly body: Presence | SessionPage;
}

export const presenceIn = (stored: StoredRecord): Presence => bodyOf(stored) as Presence;

/** Takes away what a server wrote, and that it is there; nothing where it has written since. */
export async function takeOff(store: Store, presence: StoredRecord): Promise<boolean> {
  const pages = Object.keys(presenceIn(presence).pages);
  const stored = await store.load(pages.map((id) => ({ kind: "hearing", id })));
  const [outcome] = await store.commit([removalOf(presence.id, presence.version)]);
  if (outcome !== "applied") return false;
  if (stored.length > 0) await store.commit(stored.map(({ id, version }) => removalOf(id, version)));
  return true;
}

/** Nothing stays of what a server wrote that is not there any more: many come and go, each under its own name. */
export const removalOf = (id: string, expected: number): Change => ({
  ...changeOf({ kind: "hearing", id, tags: [], body: { revision: 0, heard: {} } }, expected),
  gone: true,
});
