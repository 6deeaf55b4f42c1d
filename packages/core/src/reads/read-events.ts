import { type Static, Type } from "typebox";
import type { Fact } from "../domain/fact.ts";
import { formatInstant } from "../domain/instant.ts";
import { Id, Instant, LIMITS, Shape } from "../domain/shapes.ts";
import type { Store, StoredEvent } from "../ports/store.ts";
import { DEFAULT_LIMIT } from "./paging.ts";
import { read } from "./read.ts";
import { FactView, viewFact } from "./views/fact.ts";

const EventView = Shape({
  cursor: Type.String({ description: "to go on after this event" }),
  resource: Type.Optional(Id),
  allocation: Type.Optional(Id),
  session: Type.Optional(Id),
  freeze: Type.Optional(Id),
  plan: Type.Optional(Id),
  fact: Type.Optional(FactView),
  pruned: Type.Optional(
    Type.Literal(true, { description: "its record was pruned already, and the fact with it" }),
  ),
});

export const readEvents = read({
  name: "read-events",
  summary:
    "The feed: all facts in the order of their commits; as Server-Sent Events where Accept asks for them.",
  route: "GET /v1/events",
  role: "read",
  input: Shape({
    after: Type.Optional(
      Type.String({ maxLength: 128, description: "a cursor; without one, from the beginning" }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.page })),
  }),
  reply: Shape({
    items: Type.Array(EventView),
    cursor: Type.String({ description: "to go on from here; also where there was nothing new" }),
    now: Instant,
  }),
  refusals: ["invalid-cursor", "cursor-expired"],

  async answer({ after, limit = DEFAULT_LIMIT }, { store, now }) {
    const page = await store.events(after, limit);
    const pruned = await prunedAmong(page.events, store);
    const items = page.events.flatMap((event) => viewEvent(event, pruned.has(nameOf(event))));
    return { reply: { items, cursor: page.cursor, now: formatInstant(now) } };
  },
});

/** Nothing for a fact that cannot be read; the feed goes on after it. */
function viewEvent({ cursor, kind, id, fact }: StoredEvent, isPruned: boolean): Static<typeof EventView>[] {
  if (fact === null && !isPruned) return [];
  const told = fact === null ? { pruned: true as const } : { fact: viewFact(JSON.parse(fact) as Fact) };
  return [{ cursor, [kind]: id, ...told }];
}

/** Rare: facts that were heard long ago and stand late in the feed, as after an import. */
async function prunedAmong(events: readonly StoredEvent[], store: Store): Promise<ReadonlySet<string>> {
  const keys = events.flatMap(({ kind, id, fact }) => (fact === null ? [{ kind, id }] : []));
  if (keys.length === 0) return new Set();
  const loaded = await store.load(keys);
  return new Set(loaded.filter(({ until }) => until !== undefined).map(nameOf));
}

const nameOf = ({ kind, id }: { kind: string; id: string }) => `${kind} ${id}`;
