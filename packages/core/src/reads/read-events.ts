import { type Static, Type } from "typebox";
import type { Fact } from "../domain/fact.ts";
import { formatInstant } from "../domain/instant.ts";
import { Id, Instant, LIMITS, Shape } from "../domain/shapes.ts";
import type { StoredEvent } from "../ports/store.ts";
import { DEFAULT_LIMIT } from "./paging.ts";
import { read } from "./read.ts";
import { FactView, viewFact } from "./views.ts";

const EventView = Shape({
  cursor: Type.String({ description: "to go on after this event" }),
  resource: Type.Optional(Id),
  allocation: Type.Optional(Id),
  fact: FactView,
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
    return { reply: { items: page.events.flatMap(viewEvent), cursor: page.cursor, now: formatInstant(now) } };
  },
});

/** Nothing for a fact that cannot be read; the feed goes on after it. */
function viewEvent({ cursor, kind, id, fact }: StoredEvent): Static<typeof EventView>[] {
  if (fact === null) return [];
  const said = viewFact(JSON.parse(fact) as Fact);
  return [
    kind === "resource" ? { cursor, resource: id, fact: said } : { cursor, allocation: id, fact: said },
  ];
}
