import type { Served } from "../../domain/reclaim/served.ts";
import type { Resource } from "../../domain/record.ts";
import { describe } from "../../domain/record.ts";
import type { Provider, Subject } from "../../ports/provider.ts";

/** A configured provider, with what it serves. */
export interface Serving extends Served {
  readonly provider: Provider;
}

/** What a provider is told of a resource, or of the one thing of it that is meant. */
export function subjectOf(resource: Resource, externalId?: string): Subject {
  const { type, owner, application, module, scope, labels } = describe(resource);
  const isOfOther = (fact: object) =>
    externalId !== undefined && "externalId" in fact && fact.externalId !== externalId;
  const data = resource.facts.findLast(
    (fact) => "data" in fact && fact.data !== undefined && !isOfOther(fact),
  );
  return {
    id: resource.id,
    type,
    owner,
    application,
    ...(module !== undefined && { module }),
    ...(scope !== undefined && { scope }),
    ...(labels !== undefined && { labels }),
    ...(data && "data" in data && data.data && { data: data.data }),
    since: Math.min(...resource.facts.map(({ at }) => at)),
  };
}

/** Where calls are alike: what hangs for one of them hangs for all. */
export const placeOf = (serving: Served, resource: Resource): string =>
  `${serving.name} ${describe(resource).scope ?? ""}`;

/** What went wrong, in the words of whoever threw it, and no longer than a person reads. */
export function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.slice(0, 500) || "no reason given";
}
