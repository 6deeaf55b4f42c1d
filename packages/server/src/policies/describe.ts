import type { Mode, Policy, Serving } from "@drett/core";
import { formatDuration } from "../config/duration.ts";
import type { WrittenPolicy } from "../config/policies.ts";
import { EVERYTHING, PROPERTIES } from "../config/policy-match.ts";
import { reachOf } from "./reach.ts";

const MODE = {
  observe: "nothing is freed; what is due is only found",
  ask: "what is due waits in a plan until a person approves",
  auto: "what is due is freed without asking",
} as const satisfies { [mode in Mode]: string };

/** Each policy in plain words, in the order in which they are tried. */
export function describePolicies(policies: readonly WrittenPolicy[], servings: readonly Serving[]): string {
  const sections = policies.map((policy, place) => {
    const lines = linesOf(policy, reachOf(policy, policies.slice(0, place), servings));
    const body = lines.map(([title, text]) => `   ${title.padEnd(14)} ${text}`);
    return [`${place + 1}. ${policy.name} (${policy.where})`, ...body].join("\n");
  });
  const rest =
    policies.length === 0 ? "There is no policy: nothing is freed but what a person orders." : REST;
  return [...sections, rest].join("\n\n");
}

const REST =
  "The first that matches applies. What none of them matches is freed only where a person orders it.";

type Line = readonly [title: string, text: string];

function linesOf(policy: WrittenPolicy, reach: readonly Serving[]): readonly Line[] {
  return [
    ["matches", matched(policy)],
    ["mode", `${policy.mode}: ${MODE[policy.mode]}`],
    ["when", `${due(policy.graceSeconds)}, and ${started(policy.startFreezeSeconds)}`],
    ["at most", budget(policy)],
    ["attempts", attempts(policy.attempts)],
    ["gone", `once two looks say so, ${formatDuration(policy.settleSeconds)} apart`],
    ["never created", policy.settlesNeverCreated ? "settled without a person" : "proposed to a person"],
    ...freedBy(reach),
  ];
}

function matched({ match, isNew }: WrittenPolicy): string {
  const properties = PROPERTIES.flatMap((name) =>
    match[name] === undefined ? [] : [`${name} ${match[name].join(" or ")}`],
  );
  const labels = Object.entries(match.labels ?? {}).map(([key, value]) => `label ${key}=${value}`);
  const all = [...properties, ...labels].join("; ") || EVERYTHING;
  return isNew ? `${all} (may be new)` : all;
}

const due = (seconds: number) =>
  seconds === 0 ? "as soon as it became due" : `${formatDuration(seconds)} after it became due`;

const started = (seconds: number) =>
  seconds === 0
    ? "from the start of a server on"
    : `not within ${formatDuration(seconds)} of a server's start`;

function budget({ mode, budget: { count, percent, windowSeconds } }: Policy): string {
  if (mode === "ask") return "what a person approves: one, then five, then fifty at a time";
  if (count === 0 || percent === 0) return "none: the budget is zero";
  return `${plural(count, "resource")} in ${formatDuration(windowSeconds)}, and not more than ${percent} % of what it matches and lived in that time`;
}

function attempts({ most, ...seconds }: Policy["attempts"]): string {
  const [limit, first, longest, stuck] = [
    seconds.limitSeconds,
    seconds.firstPauseSeconds,
    seconds.longestPauseSeconds,
    seconds.stuckPauseSeconds,
  ].map(formatDuration);
  return `${most} of up to ${limit} each, with pauses from ${first} to ${longest}; then stuck, and tried every ${stuck}`;
}

function freedBy(reach: readonly Serving[]): readonly Line[] {
  if (reach.length === 0) return [["freed by", "nobody"]];
  return reach.map((serving) => [
    "freed by",
    `${serving.name} (${serving.provider.name}): ${serving.types.join(", ")} in ${serving.scopes?.join(", ") ?? "every scope"}; ${auto(serving)}; ${FINDABLE[serving.findable]}`,
  ]);
}

function auto({ looks, identity }: Serving): string {
  if (!looks) return "it cannot look, so it frees nothing";
  return identity === "reused"
    ? "`auto` is refused, for its external ids may be reused"
    : `\`auto\` is possible, for its external ids are ${identity}`;
}

const FINDABLE = {
  named: "intents are found by name",
  searched: "intents are searched for",
  no: "intents cannot be found",
} as const satisfies { [findable in Serving["findable"]]: string };

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
