import type { Match, Provider } from "@drett/core";
import type { WrittenPolicy } from "../config/policies.ts";
import { covers } from "../config/policy-match.ts";
import type { Responsibility } from "../config/providers.ts";
import type { OpenProvider } from "./open-providers.ts";

/** What a policy may have freed by one provider. */
export interface Reach extends Responsibility {
  readonly provider: Provider;
}

/** By whom, and of what, a policy may have something freed; without what a policy before it takes. */
export function reachOf(
  { match }: WrittenPolicy,
  earlier: readonly WrittenPolicy[],
  providers: readonly OpenProvider[],
): readonly Reach[] {
  return providers.flatMap(({ name, provider, types, scopes: its }) => {
    const scopes = common(match.scope, its);
    const isLeft = (type: string) => {
      const narrow: Match = { ...match, type: [type], ...(scopes && { scope: scopes }) };
      return !earlier.some((policy) => covers(policy.match, narrow));
    };
    const reached = (common(match.type, types) ?? []).filter(isLeft);
    return reached.length === 0 || scopes?.length === 0
      ? []
      : [{ name, provider, types: reached, ...(scopes && { scopes }) }];
  });
}

/** Whether what it frees is sure to be what the record means. */
export const isSafe = ({ identity }: Provider) => identity === "unique" || identity === "guarded";

/** What is in both; no list is all there is. */
function common(one: readonly string[] | undefined, other: readonly string[] | undefined) {
  return one && other ? one.filter((it) => other.includes(it)) : (one ?? other);
}
