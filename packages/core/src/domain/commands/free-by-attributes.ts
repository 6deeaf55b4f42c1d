import { Type } from "typebox";
import { accept, command } from "../command.ts";
import { liveExternalIds } from "../existence.ts";
import { isRepeated, type Ms } from "../fact.ts";
import { tag } from "../indexed.ts";
import { parseInstant } from "../instant.ts";
import { describe, type Resource, withReport } from "../record.ts";
import { refuse } from "../refusal.ts";
import { Instant, Shape, Text } from "../shapes.ts";
import { tagKey } from "../view.ts";
import { Registered } from "./register-intent.ts";

/** For an engine that has lost the drett id: names what is gone as the provider does. */
export const freeByAttributes = command({
  name: "free-by-attributes",
  summary: "The thing of this owner, type and external id is gone.",
  route: "POST /v1/freed",
  role: "report",
  input: Shape({
    owner: Text,
    type: Text,
    externalId: Text,
    scope: Type.Optional(Text),
    at: Type.Optional(Instant),
  }),
  reply: Registered,
  refusals: ["no-match", "ambiguous-match"],

  keys: ({ externalId }) => [tagKey(tag.externalId(externalId))],

  decide(view, { owner, type, externalId, scope, at }, context) {
    const told = parseInstant(at);
    const freed = { kind: "freed" as const, externalId };
    const tagged = view
      .resourcesTagged(tag.externalId(externalId))
      .toSorted((a, b) => registeredAt(a) - registeredAt(b) || (a.id < b.id ? -1 : 1));
    const fitting = tagged.filter((resource) => {
      const about = describe(resource);
      const fits =
        about.owner === owner && about.type === type && (scope === undefined || about.scope === scope);
      // Providers use ids again: what was registered later is another thing.
      return fits && registeredAt(resource) <= (told ?? context.now);
    });

    const live = fitting.filter((resource) => liveExternalIds(resource).includes(externalId));
    const replayed = fitting.find(({ facts }) => facts.some((fact) => isRepeated(fact, freed, told)));
    if (replayed && (told !== undefined || live.length === 0)) return accept({ id: replayed.id });

    const [match, ...others] = live;
    if (!match) return refuse("no-match", `No live ${type} of ${owner} has the external id ${externalId}.`);
    if (others.length > 0) {
      const ids = live.map(({ id }) => id);
      return refuse("ambiguous-match", `${live.length} live resources fit: ${ids.slice(0, 10).join(", ")}.`, {
        ids,
      });
    }
    return accept({ id: match.id }, withReport(match, freed, told, context));
  },
});

const registeredAt = ({ facts }: Resource): Ms => Math.min(...facts.map(({ at }) => at));
