import type { Ms } from "../../domain/fact.ts";
import type { Store } from "../../ports/store.ts";
import { HEARING_TAG, presenceIn, takeOff } from "./hearing-records.ts";

/** A server that the others on the store wait for. */
export interface KnownServer {
  readonly name: string;
  /** When it wrote last, by its own clock. */
  readonly wrote: Ms;
}

export async function serversOn(store: Store): Promise<readonly KnownServer[]> {
  const stored = await store.load([{ kind: "tag", tag: HEARING_TAG }]);
  return stored
    .map((presence) => ({ name: presence.id, wrote: presenceIn(presence).at }))
    .sort((a, b) => a.wrote - b.wrote);
}

/**
 * A person knows that it is gone for good, so nobody is to wait for it. One that writes all the same is known again
 * at once. False where there is none of that name, or it has written meanwhile.
 */
export async function forgetServer(store: Store, name: string): Promise<boolean> {
  const stored = await store.load([{ kind: "tag", tag: HEARING_TAG }]);
  const presence = stored.find(({ id }) => id === name);
  return presence !== undefined && takeOff(store, presence);
}
