import { after } from "./defaults.ts";
import type { Lost, Ms, SessionFact } from "./fact.ts";
import { type Due, dueOf, earliest, type Finding } from "./finding.ts";
import type { FactOf, Session } from "./record.ts";

export const SESSION_STATES = ["open", "lapsed", "closed"] as const;
export type SessionState = (typeof SESSION_STATES)[number];
type Lapse = FactOf<SessionFact, "lapsed">;

export interface SessionStatus extends Due {
  readonly state: SessionState;
}

/** What is registered while it lapses is looked at once more, so long after it. */
const AFTERWARDS_SECONDS = 60;

/** As for a resource: one pure function of the facts. What engines say last is that it closed; then it stays so. */
export function deriveSession(session: Session, { now }: { now: Ms }): SessionStatus {
  const own = dueOf(conditionsOf(session, now), now);
  return {
    state: stateOfSession(session),
    ...own,
    next: earliest([own.next, lookAtResources(session, now)]),
  };
}

export function stateOfSession(session: Session): SessionState {
  if (session.facts.some(({ kind }) => kind === "closed")) return "closed";
  return openLapseOf(session) ? "lapsed" : "open";
}

/** The lapse from which it has not recovered. */
export function openLapseOf({ facts }: Session): Lapse | undefined {
  const over = new Set(facts.flatMap((fact) => (fact.kind === "recovered" ? [fact.lapse] : [])));
  return facts.find((fact): fact is Lapse => fact.kind === "lapsed" && !over.has(fact.lapse));
}

/**
 * From when on its resources count as left alone: later than it lapsed, where many fell silent at once, and nobody has
 * looked.
 */
export function followsFrom({ facts }: Session, { lapse, at, until = at }: Lapse): Ms {
  const words = facts.filter((fact) => fact.kind === "confirmed-lapsed" && fact.lapse === lapse);
  return Math.max(at, Math.min(until, ...words.map((word) => word.at)));
}

/** Whether nobody looks any more after what it had in hand. */
export function isLeft(session: Session, now: Ms): boolean {
  const lapse = openLapseOf(session);
  return stateOfSession(session) === "closed" || (lapse !== undefined && followsFrom(session, lapse) <= now);
}

export const lapsesOf = ({ facts }: Session): number => facts.filter(({ kind }) => kind === "lapsed").length;

/** What it was told to have lost, over all its lapses. */
export const lostBy = ({ facts }: Session): readonly Lost[] =>
  facts.flatMap((fact) => (fact.kind === "recovered" ? (fact.lost ?? []) : []));

export function opened(session: Session): FactOf<SessionFact, "opened"> {
  const fact = session.facts.find(({ kind }) => kind === "opened");
  if (fact?.kind !== "opened") throw new Error(`session ${session.id} was never opened`);
  return fact;
}

/** As long as nothing follows from it, a person can still find out whether it was the network. */
function conditionsOf(session: Session, now: Ms): Finding[] {
  const lapse = openLapseOf(session);
  if (!lapse?.together || now >= followsFrom(session, lapse) || stateOfSession(session) === "closed")
    return [];
  return [{ kind: "lapsed-together", from: lapse.at, facts: [session.facts.indexOf(lapse)] }];
}

/** When the sweep must carry out on the resources what became of the session, and look once more. */
function lookAtResources(session: Session, now: Ms): Ms | null {
  const turns = session.facts.flatMap((fact) => {
    if (fact.kind === "opened") return [];
    return [fact.kind === "lapsed" ? Math.max(fact.arrival, followsFrom(session, fact)) : fact.arrival];
  });
  const times = turns.flatMap((turn) => [turn, after(turn, AFTERWARDS_SECONDS)]);
  return earliest(times.filter((time) => time >= now));
}
