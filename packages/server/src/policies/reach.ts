import type { Match, Serving } from "@drett/core";
import type { WrittenPolicy } from "../config/policies.ts";
import { covers } from "../config/policy-match.ts";

/**
 * By whom a policy may have something freed: each provider with those of its types and scopes that are the policy's,
 * without the types that a policy before it takes.
 */
export function reachOf(
  { match }: Pick<WrittenPolicy, "match">,
  earlier: readonly WrittenPolicy[],
  servings: readonly Serving[],
): readonly Serving[] {
  return servings.flatMap((serving) => {
    const scopes = common(match.scope, serving.scopes);
    const isLeft = (type: string) => {
      const narrow: Match = { ...match, type: [type], ...(scopes && { scope: scopes }) };
      return !earlier.some((policy) => covers(policy.match, narrow));
    };
    const types = (common(match.type, serving.types) ?? []).filter(isLeft);
    if (types.length === 0 || scopes?.length === 0) return [];
    return [{ ...serving, types, ...(scopes && { scopes }) }];
  });
}

/** What is in both; no list is all there is. */
function common(one: readonly string[] | undefined, other: readonly string[] | undefined) {
  return one && other ? one.filter((it) => other.includes(it)) : (one ?? other);
}
