import { confirmedAt, covers, liveExternalIds, proofsIn, standing } from "./existence.ts";
import type { Ms, ResourceFact } from "./fact.ts";
import { factsOf, type Resource } from "./record.ts";

/** From the lowest rung to the highest; the highest that was reported is the state. Then what only people can say. */
export const RESOURCE_STATES = [
  "pending",
  "failed",
  "unknown",
  "allocated",
  "releasing",
  "freed",
  "never-created",
  "forgotten",
] as const;
export type ResourceState = (typeof RESOURCE_STATES)[number];

const RUNG: { readonly [kind in ResourceFact["kind"]]: ResourceState } = {
  intent: "pending",
  failed: "failed",
  unknown: "unknown",
  allocated: "allocated",
  "confirmed-exists": "allocated",
  releasing: "releasing",
  "release-failed": "releasing",
  freed: "freed",
  extended: "pending",
  "confirmed-gone": "pending",
  "confirmed-never-created": "pending",
  forgotten: "pending",
  held: "pending",
  unheld: "pending",
  "session-lapsed": "pending",
  "session-recovered": "pending",
  "session-closed": "pending",
  seen: "allocated",
  "seen-gone": "pending",
  "not-found": "pending",
  "reclaim-ordered": "pending",
  claimed: "pending",
  "claim-withdrawn": "pending",
  "reclaim-failed": "pending",
  "proven-gone": "pending",
  "proven-never-created": "pending",
};

/** What engines reported is the state, but for what people have closed since. */
export function stateOf(resource: Resource): ResourceState {
  const state = provenState(resource);
  return isForgotten(resource, state) ? "forgotten" : state;
}

/** Whether nobody is needed any more: nothing came of it, or all of it is gone. */
export const isSettled = (resource: Resource): boolean => isClosed(resource, provenState(resource));

function provenState(resource: Resource): ResourceState {
  const rungs = rungsOf(standing(resource));
  const reported = RESOURCE_STATES.findLast((state) => rungs.includes(state)) ?? "pending";
  if (reported !== "pending" && reported !== "failed") return reported;
  const word = proofsIn(resource).at(-1);
  if (!word) return reported;
  return word.kind === "confirmed-gone" || word.kind === "proven-gone" ? "freed" : "never-created";
}

const isClosed = (resource: Resource, state: ResourceState) =>
  (state === "failed" || state === "freed" || state === "never-created") &&
  liveExternalIds(resource).length === 0;

/** Written off, and nothing was heard since. Better news counts: what is known to be gone is not forgotten. */
function isForgotten(resource: Resource, state: ResourceState): boolean {
  const words = factsOf(resource, "forgotten");
  if (words.length === 0 || isClosed(resource, state)) return false;
  const open = standing(resource);
  const rungs = rungsOf(open);
  const alive = open.facts.filter((_, place) => ALIVE.includes(rungs[place] as ResourceState));
  return alive.every((fact) => words.some((word) => covers(word, fact)));
}

const ALIVE: readonly ResourceState[] = ["unknown", "allocated", "releasing"];

/** The rung on which each fact puts the resource. */
function rungsOf(open: Resource): readonly ResourceState[] {
  const noneWorked = allAttemptsFailedAt(open);
  const seen = confirmedAt(open);
  return open.facts.map(({ kind, at }) => {
    // An attempt made after the word that none had worked is open again.
    if (kind === "unknown" && at <= noneWorked) return "failed";
    // Seen after it was freed, it was not.
    if (kind === "freed" && at <= seen) return "pending";
    return RUNG[kind];
  });
}

export function allAttemptsFailedAt(resource: Resource): Ms {
  return Math.max(
    ...factsOf(resource, "failed").flatMap((fact) => (fact.allAttempts ? [fact.at] : [])),
    Number.NEGATIVE_INFINITY,
  );
}
