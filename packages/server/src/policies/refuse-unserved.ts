import { nearest } from "@drett/core";
import { ConfigRefused } from "../config/config-refused.ts";
import type { WrittenPolicy } from "../config/policies.ts";
import type { OpenProvider } from "./open-providers.ts";
import { isSafe, reachOf } from "./reach.ts";

/** A policy that frees needs somebody who does it, and one that frees without asking, identities that mean one thing. */
export function refuseUnserved(policies: readonly WrittenPolicy[], providers: readonly OpenProvider[]): void {
  for (const [place, policy] of policies.entries()) {
    if (policy.mode === "observe") continue;
    refuseWithout(policy, providers);
    if (policy.mode !== "auto") continue;
    const unsafe = reachOf(policy, policies.slice(0, place), providers).find(
      ({ provider }) => !isSafe(provider),
    );
    if (unsafe)
      throw refused(
        policy,
        `cannot be auto: ${unsafe.name} frees ${unsafe.types.join(", ")} by names that may come to mean something else: use \`mode: ask\`, or leave such types to another policy`,
      );
  }
}

function refuseWithout(policy: WrittenPolicy, providers: readonly OpenProvider[]): void {
  const { type: types, scope: scopes = [] } = policy.match;
  if (providers.length === 0)
    throw refused(policy, "is to free, and nobody is there to do it: name a file of `providers`");
  for (const type of types ?? []) {
    const known = [...new Set(providers.flatMap((one) => one.types))];
    if (!known.includes(type)) throw refused(policy, `names the type ${unknown(type, known)}`);
    if (reachOf({ ...policy, match: { ...policy.match, type: [type] } }, [], providers).length === 0)
      throw refused(policy, `names ${type} in ${scopes.join(", ")}, where no provider frees it`);
  }
  for (const scope of scopes) {
    if (reachOf({ ...policy, match: { ...policy.match, scope: [scope] } }, [], providers).length > 0)
      continue;
    const known = [...new Set(providers.flatMap((one) => one.scopes ?? []))];
    throw refused(policy, `names the scope ${unknown(scope, known)}`);
  }
}

function unknown(value: string, known: readonly string[]): string {
  const meant = nearest(value, known);
  const hint =
    meant === undefined ? `there are ${known.join(", ")}` : `did you mean ${JSON.stringify(meant)}?`;
  return `${JSON.stringify(value)}, which no provider serves; ${hint}`;
}

const refused = ({ name, where }: WrittenPolicy, reason: string) =>
  new ConfigRefused(`${where}: policy ${name} ${reason}`);
