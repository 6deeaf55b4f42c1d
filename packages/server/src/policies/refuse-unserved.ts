import { nearest, type Serving } from "@drett/core";
import { ConfigRefused } from "../config/config-refused.ts";
import type { WrittenPolicy } from "../config/policies.ts";
import { reachOf } from "./reach.ts";

/** A policy that frees needs somebody who does it, and one that frees without asking, identities that mean one thing. */
export function refuseUnserved(policies: readonly WrittenPolicy[], servings: readonly Serving[]): void {
  for (const [place, policy] of policies.entries()) {
    if (policy.mode === "observe") continue;
    refuseUnknown(policy, servings);
    const reach = reachOf(policy, policies.slice(0, place), servings);
    const reused = reach.find(({ identity }) => identity === "reused");
    if (policy.mode === "auto" && reused)
      throw refused(
        policy,
        `cannot be auto: ${reused.name} frees ${reused.types.join(", ")} by external ids that may come to mean another thing: use \`mode: ask\`, or leave such types to a policy before it`,
      );
    if (reach.length > 0 && !reach.some(({ looks }) => looks))
      throw refused(
        policy,
        `would free nothing: ${reach[0]?.name} cannot look at what it frees: use \`mode: observe\``,
      );
  }
}

function refuseUnknown({ match, ...policy }: WrittenPolicy, servings: readonly Serving[]): void {
  if (servings.length === 0)
    throw refused(policy, "is to free, and nobody is there to do it: name a file of `providers`");
  const isServed = (part: WrittenPolicy["match"]) =>
    reachOf({ match: { ...match, ...part } }, [], servings).length > 0;
  for (const type of match.type ?? []) {
    const known = [...new Set(servings.flatMap(({ types }) => types))];
    if (!known.includes(type)) throw refused(policy, `names the type ${unknown(type, known)}`);
    if (!isServed({ type: [type] }))
      throw refused(policy, `names ${type} in ${match.scope?.join(", ")}, where no provider frees it`);
  }
  for (const scope of match.scope ?? []) {
    const known = [...new Set(servings.flatMap(({ scopes = [] }) => scopes))];
    if (!isServed({ scope: [scope] })) throw refused(policy, `names the scope ${unknown(scope, known)}`);
  }
}

function unknown(value: string, known: readonly string[]): string {
  const meant = nearest(value, known);
  const hint =
    meant === undefined ? `there are ${known.join(", ")}` : `did you mean ${JSON.stringify(meant)}?`;
  return `${JSON.stringify(value)}, which no provider serves; ${hint}`;
}

const refused = ({ name, where }: Pick<WrittenPolicy, "name" | "where">, reason: string) =>
  new ConfigRefused(`${where}: policy ${name} ${reason}`);
