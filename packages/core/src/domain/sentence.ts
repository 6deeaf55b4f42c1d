import { rounded } from "./cost.ts";
import { begun } from "./derive-allocation.ts";
import { opened, openLapseOf } from "./derive-session.ts";
import { externalIds, liveExternalIds } from "./existence.ts";
import type { Ms, ResourceFact } from "./fact.ts";
import type { Finding } from "./finding.ts";
import { formatInstant } from "./instant.ts";
import { endOfFreeze, type Freeze, frozen } from "./reclaim/freeze.ts";
import { type Plan, planned } from "./reclaim/plan.ts";
import { type Allocation, describe, factsOf, type Record, type Resource, type Session } from "./record.ts";

/** One sentence for a person: what is wrong, since when, and who answers for it; `session` is the one that it names. */
export function sentenceOf(record: Record, finding: Finding, session?: Session): string {
  switch (record.kind) {
    case "resource":
      return ofResource(record, finding, session);
    case "allocation":
      return ofAllocation(record, finding, session);
    case "session":
      return ofSession(record);
    case "freeze":
      return ofFreeze(record);
    case "plan":
      return ofPlan(record);
  }
}

function ofResource(resource: Resource, { kind, from, facts }: Finding, by: Session | undefined): string {
  const thing = `The ${nameOf(resource, kind, by)},`;
  const evidence = facts.map((place) => resource.facts[place] as ResourceFact);
  switch (kind) {
    case "overdue-intent":
      return `${thing} was to be there by ${time(from)}, and nothing was reported since it was planned.${inVain(resource)}`;
    case "unknown-outcome":
      return `${thing} may exist: at ${time(from)} its outcome was unknown (${reasonIn(evidence)}).${inVain(resource)}`;
    case "over-ttl":
      return `${thing} was to live until ${time(from)} and has not been released (${named(resource)}).`;
    case "unwatched":
      return `${thing} has no end, and nobody has watched it since ${time(from)} (${named(resource)}).`;
    case "abandoned":
      return `${thing} outlived its allocation, which did not come about, by ${time(from)} (${named(resource)}).`;
    case "release-overdue":
      return `${thing} was to be gone by ${time(from)}, and its release was not reported (${named(resource)}).`;
    case "release-failed":
      return `${thing} could not be released at ${time(from)} (${reasonIn(evidence)}; ${named(resource)}).`;
    case "duplicate":
      return `${thing} exists ${externalIds(resource).length} times since ${time(from)} (${named(resource)}).`;
    case "contradicted":
      return `${thing} was reported freed, yet ${live(resource)} was reported to exist and is not named freed, since ${time(from)}.`;
    case "zombie":
      return `${thing} was ${denialIn(evidence)}, yet it exists (external id ${live(resource)}).`;
    case "hold-ended":
      return `${thing} was to be left alone until ${time(from)}, and ${holdsIn(evidence)} ended without being lifted.`;
    case "session-lapsed":
      return `${thing} has lost its engine: ${engineIn(evidence)} was not heard any more by ${time(from)} (${named(resource)}).`;
    case "stuck":
      return `${thing} could not be freed: drett gave up at ${time(from)} (${reasonIn(evidence)}; ${named(resource)}).`;
    case "overdue-allocation":
    case "lapsed-together":
    case "budget-spent":
    case "frozen":
    case "plan-waiting":
      throw new Error(`a resource has no finding ${kind}`);
    default: {
      const never: never = kind;
      return never;
    }
  }
}

/** One search proves nothing; after two, somebody may confirm what drett proposes. */
function inVain(resource: Resource): string {
  const attempts = [...factsOf(resource, "intent"), ...factsOf(resource, "unknown")].map(({ at }) => at);
  const searches = factsOf(resource, "not-found").flatMap(({ at }) =>
    at > Math.max(...attempts) ? [at] : [],
  );
  if (searches.length < 2) return "";
  return ` drett has searched for it ${searches.length} times since, last at ${time(Math.max(...searches))}, and found nothing: it may never have been created.`;
}

/** What it is, whose, and who made it; a sentence about the session names that itself. */
function nameOf(resource: Resource, kind: Finding["kind"], by: Session | undefined): string {
  const { type, owner, application, module, session } = describe(resource);
  const maker = module === undefined ? application : `${application}/${module}`;
  return `${type} of ${owner}, made by ${maker}${kind === "session-lapsed" ? "" : within(session, by)}`;
}

function ofAllocation(allocation: Allocation, finding: Finding, by: Session | undefined): string {
  const { application, module, label, session } = begun(allocation);
  const name = label === undefined ? allocation.id : `${allocation.id} (${label})`;
  const group = `The allocation ${name} of ${application}/${module}${within(session, by)}`;
  if (finding.kind === "contradicted") return `${group} ${bothIn(allocation, finding)}; it counts as failed.`;
  return `${group} was to be finished by ${time(finding.from)} and is still open.`;
}

function bothIn({ facts }: Allocation, { from, facts: places }: Finding): string {
  const words = places.flatMap((place) => {
    const fact = facts[place];
    return fact?.kind === "confirmed-outcome" ? [fact] : [];
  });
  const word = words.at(-1);
  if (!word) return `was reported both done and failed, by ${time(from)}`;
  const other = word.outcome === "done" ? "failed" : "done";
  return `was confirmed ${word.outcome} by ${word.actor}, and was reported ${other} at ${time(from)}`;
}

function ofSession(session: Session): string {
  const { application, module, host, pid } = opened(session);
  const { at = 0, until = at, together } = openLapseOf(session) ?? {};
  const engine = engineOf(session.id, host, pid);
  const others = `${together?.silent} of ${together?.of} sessions`;
  return `Of ${application}/${module}, ${engine} fell silent by ${time(at)}, as did ${others}; nothing follows from it before ${time(until)}.`;
}

function ofFreeze(freeze: Freeze): string {
  const { policy, at, reason, actor } = frozen(freeze);
  const what = policy === undefined ? "Nothing is freed" : `The policy ${policy} frees nothing`;
  return `${what} since ${time(at)}, until ${endOfFreeze(freeze)}, says ${actor}: ${reason}`;
}

function ofPlan(plan: Plan): string {
  const { policy, items, cost, at, expires } = planned(plan);
  const costs = cost.map(({ currency, perHour }) => `${rounded(perHour)} ${currency}`).join(" and ");
  const price = costs === "" ? "" : `, which cost ${costs} an hour`;
  return `The policy ${policy} would free ${items.length}${price}: the plan ${plan.id} waits for a person since ${time(at)}, and expires at ${time(expires)}.`;
}

/** What is to be lifted: which hold, of whom and why. */
function holdsIn(facts: readonly ResourceFact[]): string {
  const holds = facts.flatMap((fact) =>
    fact.kind === "held" ? [`the hold ${fact.hold} of ${fact.actor} (${fact.reason})`] : [],
  );
  return holds.join(" and ");
}

function engineIn(facts: readonly ResourceFact[]): string {
  const lapse = facts.find((fact) => fact.kind === "session-lapsed");
  return lapse ? engineOf(lapse.session, lapse.host, lapse.pid) : "its session";
}

/** In which session; where its record is known, also on which host, as which process. */
function within(session: string | undefined, by: Session | undefined): string {
  if (session === undefined) return "";
  const { host, pid } = by ? opened(by) : {};
  return ` in ${engineOf(session, host, pid)}`;
}

function engineOf(session: string, host: string | undefined, pid: number | undefined): string {
  const words = [host && `host ${host}`, pid !== undefined && `process ${pid}`].filter(Boolean);
  return words.length > 0 ? `session ${session} (${words.join(", ")})` : `session ${session}`;
}

const time = (at: Ms) => formatInstant(at);
const named = (resource: Resource) => `external id ${externalIds(resource).join(", ") || "unknown"}`;
const live = (resource: Resource) => liveExternalIds(resource).join(", ");

function reasonIn(facts: readonly ResourceFact[]): string {
  const reasons = facts.flatMap((fact) => ("reason" in fact ? [fact.reason] : []));
  return reasons.at(-1) ?? "no reason given";
}

const DENIALS: { readonly [kind in ResourceFact["kind"]]?: string } = {
  freed: "reported freed",
  "confirmed-gone": "confirmed gone",
  "confirmed-never-created": "confirmed never created",
  "proven-gone": "proven gone",
  "proven-never-created": "proven never created",
};

function denialIn(facts: readonly ResourceFact[]): string {
  const said = facts.flatMap(({ kind, at, actor }) =>
    DENIALS[kind] === undefined ? [] : [`${DENIALS[kind]} by ${actor} at ${time(at)}`],
  );
  return said.at(-1) ?? "said to be gone";
}
