import { type Query, type Served, type Store, scopesWithoutRecord, tag } from "@drett/core";
import { ConfigRefused } from "../config/config-refused.ts";
import type { WrittenPolicy } from "../config/policies.ts";

/** A value that a policy names and no record has. */
export interface Unmatched {
  readonly policy: WrittenPolicy;
  /** `application "ci"`. */
  readonly what: string;
}

/**
 * A policy whose values are misspelt would match nothing, and leave what it was to protect to the next one.
 * What is new cannot be known, so a policy says that it is; a store without any resource knows nothing.
 */
export async function refuseUnmatched(
  policies: readonly WrittenPolicy[],
  store: Store,
  served: readonly Served[],
): Promise<void> {
  const [first, ...others] = await unmatched(policies, store, served);
  if (first === undefined) return;
  const { policy } = first;
  const all = [first, ...others.filter((other) => other.policy === policy)].map(({ what }) => what);
  throw new ConfigRefused(
    `${policy.where}: policy ${policy.name} names the ${all.join(" and the ")}, which no record has: correct it, or write \`new: true\` beside its match if nothing of it has been registered yet`,
  );
}

export async function unmatched(
  policies: readonly WrittenPolicy[],
  store: Store,
  served: readonly Served[],
): Promise<readonly Unmatched[]> {
  const has = async (query: Pick<Query, "where" | "tags">) =>
    (await store.query({ ...query, kind: "resource", order: "newest", limit: 1 })).records.length > 0;
  if (policies.length === 0 || !(await has({}))) return [];
  const missing: Unmatched[] = [];
  const known = policies.filter(({ isNew }) => !isNew);
  const scopes = await unknownScopes(known, store, served);
  for (const policy of known) {
    for (const { what, ...query } of namedBy(policy)) {
      if (!(await has(query))) missing.push({ policy, what });
    }
    for (const scope of policy.match.scope ?? []) {
      if (scopes.has(scope)) missing.push({ policy, what: `scope ${JSON.stringify(scope)}` });
    }
  }
  return missing;
}

/** What a provider names as well is no typo: nothing has to be read for it. */
function unknownScopes(policies: readonly WrittenPolicy[], store: Store, served: readonly Served[]) {
  const named = policies.flatMap(({ match }) => match.scope ?? []);
  const isServed = (scope: string) => served.some(({ scopes = [] }) => scopes.includes(scope));
  return scopesWithoutRecord(
    store,
    named.filter((scope) => !isServed(scope)),
  );
}

const COLUMNS = ["application", "module", "owner", "type"] as const;

function namedBy({ match }: WrittenPolicy): (Pick<Query, "where" | "tags"> & { readonly what: string })[] {
  const columns = COLUMNS.flatMap((column) =>
    (match[column] ?? []).map((value) => ({
      what: `${column} ${JSON.stringify(value)}`,
      where: { [column]: value },
    })),
  );
  const labels = Object.entries(match.labels ?? {}).map(([key, value]) => ({
    what: `label ${key}=${value}`,
    tags: [tag.label(key, value)],
  }));
  return [...columns, ...labels];
}
