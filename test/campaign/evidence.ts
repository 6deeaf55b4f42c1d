import type { Event, Injected, Instance, JournalEntry } from "@drett/fake-cloud";
import type { ShownFact } from "../crash/recorded.ts";
import type { EngineLife } from "./crew.ts";

/** A resource as drett shows it, with its facts in the order in which they came. */
export interface ShownResource {
  readonly id: string;
  readonly type: string;
  readonly state: string;
  readonly session?: string;
  readonly externalIds: readonly string[];
  readonly findings: readonly { readonly kind: string; readonly says: string }[];
  readonly holds: readonly { readonly hold: string; readonly until: string }[];
  readonly facts: readonly ShownFact[];
}

/** A hold that drett acknowledged; `at`: when it had. */
export interface Held {
  readonly id: string;
  readonly hold: string;
  readonly at: number;
}

/** A fact as the feed told it; `at`: when it was read there. */
export interface Fed {
  readonly at: number;
  readonly resource: string;
  readonly kind: string;
}

/** All that is known at the end, in milliseconds since 1970 by the clock of the campaign. */
export interface Evidence {
  readonly endedAt: number;
  readonly journal: readonly JournalEntry[];
  /** What exists in the cloud. */
  readonly remaining: readonly Instance[];
  readonly engines: readonly EngineLife[];
  /** By drett id. */
  readonly resources: ReadonlyMap<string, ShownResource>;
  readonly holds: readonly Held[];
  readonly fed: readonly Fed[];
}

/** What must hold, and what does not. Each fault names its resource. */
export interface Invariant {
  readonly holds: string;
  faultsIn(evidence: Evidence): readonly string[];
}

/** As whom drett asks the cloud, by its provider. */
export const DRETT = "drett";

export const idOf = ({ tags }: { readonly tags: { readonly [name: string]: string } }): string =>
  tags.drett ?? "";

const isEvent = (entry: JournalEntry): entry is Event => entry.event !== "fault";
export const isFault = (entry: JournalEntry): entry is Injected => entry.event === "fault";

export const eventsIn = ({ journal }: Pick<Evidence, "journal">, event: Event["event"]): readonly Event[] =>
  journal.filter(isEvent).filter((entry) => entry.event === event);

/** The deletes that drett asked for, and the cloud accepted. */
export const deletesByDrett = (evidence: Evidence): readonly Event[] =>
  eventsIn(evidence, "deleting").filter(({ by }) => by === DRETT);

/** The session of each resource, as its engine named it. */
export function sessionsOf({ engines }: Evidence): ReadonlyMap<string, string> {
  const intents = engines.flatMap(({ notes }) => notes.filter((note) => note.what === "intended"));
  return new Map(intents.flatMap(({ id, session }) => (session === undefined ? [] : [[id, session]])));
}

/** Those whose engine lives, and was heard. */
export function liveSessions({ engines }: Pick<Evidence, "engines">): ReadonlySet<string> {
  const living = engines.filter(({ died }) => died === undefined);
  return new Set(
    living.flatMap(({ notes }) => notes.flatMap((note) => (note.what === "heard" ? [note.session] : []))),
  );
}

const SETTLED = new Set(["freed", "failed", "never-created", "forgotten"]);

/** Whether an engine that lives has it. */
export const isOwned = ({ session, state }: ShownResource, live: ReadonlySet<string>): boolean =>
  session !== undefined && live.has(session) && !SETTLED.has(state);

export const isHeld = ({ holds }: ShownResource): boolean => holds.length > 0;
