import type { Event, Instance } from "@drett/fake-cloud";
import type { ShownFact } from "../../crash/recorded.ts";
import type { EngineLife } from "../crew.ts";
import type { Evidence, ShownResource } from "../evidence.ts";
import type { Note } from "../note.ts";

/** A run in which all went well: one engine that lives, and one thing that it has. */
export const wellRun = (): Evidence => ({
  endedAt: 100_000,
  journal: [event("created", 1_100)],
  remaining: [instance()],
  engines: [engine()],
  resources: new Map([["d1", resource()]]),
  holds: [],
  fed: [],
});

export const instance = (other: Partial<Instance> = {}): Instance => ({
  id: "i-1",
  uid: "u-1",
  account: "main",
  name: "d1",
  tags: { drett: "d1" },
  state: "running",
  isProtected: false,
  created: 1_100,
  ...other,
});

export const event = (what: Event["event"], at: number, other: Partial<Event> = {}): Event => {
  const { id, uid, account, name, tags } = instance();
  return { number: 1, at, by: "engine-0", event: what, id, uid, account, name, tags, ...other };
};

export const NOTES: readonly Note[] = [
  { at: 1_000, what: "intended", id: "d1", type: "vm", session: "s1" },
  { at: 2_010, what: "heard", session: "s1", sent: 2_000, lost: [] },
];

export const engine = (other: Partial<EngineLife> = {}): EngineLife => ({
  name: "engine-0",
  began: 0,
  hasFinished: true,
  stops: [],
  notes: NOTES,
  ...other,
});

export const fact = (kind: string, other: object = {}): ShownFact => ({
  kind,
  at: "",
  arrival: "",
  actor: "local",
  ...other,
});

export const resource = (other: Partial<ShownResource> = {}): ShownResource => ({
  id: "d1",
  type: "vm",
  state: "allocated",
  session: "s1",
  externalIds: ["i-1"],
  findings: [],
  holds: [],
  facts: [fact("intent"), fact("allocated")],
  ...other,
});

/** The same run, with the resource as it is told. */
export const withResource = (run: Evidence, other: Partial<ShownResource>): Evidence => ({
  ...run,
  resources: new Map([["d1", resource(other)]]),
});
