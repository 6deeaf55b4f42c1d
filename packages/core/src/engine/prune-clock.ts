import { after } from "../domain/defaults.ts";
import type { Ms } from "../domain/fact.ts";
import { bodyOf, changeOf } from "../ports/factless.ts";
import type { Store } from "../ports/store.ts";

/** A store that nobody has pruned for longer was out of use, or the clock is ahead: a person has to say which. */
const DAYS = 30;
/** Among what servers tell each other; none of them has such a name. */
const ID = "last-pruning";

/** When the store was pruned last, if that is too long ago to be believed; else it is noted that it is being pruned now. */
export async function doubtOf(store: Store, now: Ms, isConfirmed: boolean): Promise<Ms | undefined> {
  const [stored] = await store.load([{ kind: "hearing", id: ID }]);
  const last = stored && (bodyOf(stored) as { at: Ms }).at;
  if (!isConfirmed && last !== undefined && now > after(last, DAYS * 86_400)) return last;
  // Where another server is quicker, it has noted the same.
  const note = { kind: "hearing", id: ID, tags: [], body: { at: now } } as const;
  await store.commit([changeOf(note, stored?.version ?? 0)]);
  return undefined;
}
