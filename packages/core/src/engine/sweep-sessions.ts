import { followSession } from "../domain/commands/follow-session.ts";
import { stateOfSession } from "../domain/derive-session.ts";
import { tag } from "../domain/indexed.ts";
import { describe, type Resource, type Session } from "../domain/record.ts";
import { sessionKey } from "../domain/view.ts";
import { followed, isOf, isWatched } from "../domain/watching.ts";
import { pagesOf } from "../ports/pages.ts";
import type { StoredRecord } from "../ports/store.ts";
import { readIfReadable, readPage } from "../ports/stored-record.ts";
import type { Engine } from "./engine.ts";
import { ACTOR, type Looked, lookedBy, PAGE } from "./looking.ts";

/** Carries out on the resources of a session what became of it, page by page. Returns whether it reached them all. */
export async function followOnAll(engine: Engine, session: Session): Promise<boolean> {
  const { store, clock } = engine;
  const its = { kind: "resource", tags: [tag.session(session.id)], order: "newest", limit: PAGE } as const;
  for await (const page of pagesOf(store, its)) {
    const now = clock.now();
    const resources = readPage(page.records) as readonly Resource[];
    const outdated = resources.filter((resource) => followed(resource, session, now) !== resource);
    const looked = await Promise.all(outdated.map(({ id }) => follow(engine, id, session.id)));
    if (looked.includes("later")) return false;
  }
  return true;
}

/** Of resources that only a session ends: whether that one is still there. A lost note must not leave them unwatched. */
export async function followWhereLeft(engine: Engine, page: readonly StoredRecord[]): Promise<void> {
  const endless = page.flatMap((stored) => watchedEndlessly(readIfReadable(stored) as Resource | undefined));
  if (endless.length === 0) return;
  const named = new Set(endless.map(({ session }) => session));
  const sessions = readPage(await engine.store.load([...named].map((id) => sessionKey(id))));
  const open = new Map(
    (sessions as readonly Session[])
      .filter((session) => stateOfSession(session) === "open")
      .map((session) => [session.id, session]),
  );
  const left = endless.filter(({ resource, session: id }) => {
    const session = open.get(id);
    return !session || !isOf(session, resource);
  });
  await Promise.all(left.map(({ resource, session }) => follow(engine, resource.id, session)));
}

function watchedEndlessly(resource: Resource | undefined): { resource: Resource; session: string }[] {
  const { session, ttlSeconds } = resource ? describe(resource) : {};
  if (!resource || session === undefined || ttlSeconds !== null || !isWatched(resource)) return [];
  return [{ resource, session }];
}

const follow = async (engine: Engine, id: string, session: string): Promise<Looked> =>
  lookedBy(await engine.submit(followSession, { id, session }, ACTOR));
