import type { Policy } from "@drett/core";
import { ConfigRefused } from "./config-refused.ts";
import { refuseBadName } from "./entry-name.ts";
import { covers, readMatch } from "./policy-match.ts";
import { ATTEMPTS, BUDGET, POLICY } from "./policy-settings.ts";
import type { Config } from "./read-config.ts";
import { readSettings, type Sayings, sayingsOf } from "./read-settings.ts";
import { type Path, readYaml, type YamlFile } from "./yaml-file.ts";

/** A policy as it stands in a file. */
export interface WrittenPolicy extends Policy {
  /** `policies.yaml:3`, for messages. */
  readonly where: string;
  /** What it names may never have been recorded. */
  readonly isNew: boolean;
}

/** Reads the policies in their order, where the configuration names their file; none frees nothing. */
export function loadPolicies({ policies, shown }: Config): readonly WrittenPolicy[] {
  if (policies === undefined) return [];
  const file = readYaml(policies, shown.find(({ name }) => name === "policies")?.origin);
  const top = sayingsOf(file, [], file.value, ["policies"]).get("policies");
  const read = [...sayingsOf(file, ["policies"], top?.raw)].map(([name, { raw }]) =>
    readPolicy(file, name, raw),
  );
  for (const [place, policy] of read.entries()) refuseCovered(policy, read.slice(0, place));
  return read;
}

function readPolicy(file: YamlFile, name: string, raw: unknown): WrittenPolicy {
  const path = ["policies", name];
  const where = file.where(path);
  refuseBadName(name, "policy", where);
  const said = sayingsOf(file, path, raw, ["match", ...Object.keys(POLICY), "attempts", "budget"]);
  const { values } = readSettings(POLICY, said, "");
  const policy = {
    name,
    where,
    match: readMatch(file, path, said.get("match")),
    mode: values.mode,
    settlesNeverCreated: values.never_created === "settle",
    graceSeconds: values.grace,
    attempts: readAttempts(file, path, said),
    budget: readBudget(file, path, said, values.mode),
    startFreezeSeconds: values.start_freeze,
    settleSeconds: values.settle,
    isNew: values.new,
  };
  if (policy.settleSeconds >= policy.attempts.limitSeconds)
    throw new ConfigRefused(
      `${said.get("settle")?.where ?? where}: settle of ${name} is not below attempts.limit: an attempt takes two looks, so far apart`,
    );
  return policy;
}

function readAttempts(file: YamlFile, path: Path, said: Sayings): Policy["attempts"] {
  const { values } = readSettings(ATTEMPTS, within(file, path, said, "attempts", Object.keys(ATTEMPTS)), "");
  if (values.first_pause > values.longest_pause)
    throw new ConfigRefused(
      `${said.get("attempts")?.where}: first_pause is longer than longest_pause: no pause could be so long`,
    );
  return {
    most: values.most,
    limitSeconds: values.limit,
    firstPauseSeconds: values.first_pause,
    longestPauseSeconds: values.longest_pause,
    stuckPauseSeconds: values.stuck_pause,
  };
}

/** What is missing is never no limit: what only observes needs none, and whatever frees must say it. */
function readBudget(file: YamlFile, path: Path, said: Sayings, mode: Policy["mode"]): Policy["budget"] {
  const budget = within(file, path, said, "budget", Object.keys(BUDGET));
  const { values } = readSettings(BUDGET, budget, "");
  const missing = Object.keys(BUDGET).filter((name) => !budget.has(name));
  if (mode !== "observe" && missing.length > 0)
    throw new ConfigRefused(
      `${said.get("budget")?.where ?? file.where(path)}: ${path.join(".")} is to free without a budget of ${missing.join(" and ")}: write such as \`budget: {count: 20, percent: 10, window: 10m}\``,
    );
  // Whoever approves a plan stands above the budget, and zero is to mean none.
  if (mode === "ask" && (values.count === 0 || values.percent === 0))
    throw new ConfigRefused(
      `${said.get("budget")?.where}: ${path.join(".")} asks, and its budget is zero: nothing could be freed by it, so write \`mode: observe\``,
    );
  return {
    count: values.count ?? 0,
    percent: values.percent ?? 0,
    windowSeconds: values.window ?? BUDGET.window.most,
  };
}

function within(file: YamlFile, path: Path, said: Sayings, name: string, known: readonly string[]): Sayings {
  return sayingsOf(file, [...path, name], said.get(name)?.raw, known);
}

/** The first that matches applies: one behind it that matches nothing else is there by mistake. */
function refuseCovered({ name, where, match }: WrittenPolicy, earlier: readonly WrittenPolicy[]): void {
  const wider = earlier.find((policy) => covers(policy.match, match));
  if (wider === undefined) return;
  throw new ConfigRefused(
    `${where}: policy ${name} can never apply, since ${wider.name} (${wider.where}) matches all that it does and comes first: move it before ${wider.name}`,
  );
}
