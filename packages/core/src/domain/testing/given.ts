import assert from "node:assert/strict";
import type { Static } from "typebox";
import { Check } from "typebox/value";
import { type Command, isRefusal } from "../command.ts";
import { abortPlan } from "../commands/abort-plan.ts";
import { approvePlan } from "../commands/approve-plan.ts";
import { beginAllocation } from "../commands/begin-allocation.ts";
import { claim } from "../commands/claim.ts";
import { closeSession } from "../commands/close-session.ts";
import { confirmExists } from "../commands/confirm-exists.ts";
import { confirmGone } from "../commands/confirm-gone.ts";
import { confirmLapsed } from "../commands/confirm-lapsed.ts";
import { confirmNeverCreated } from "../commands/confirm-never-created.ts";
import { confirmOutcome } from "../commands/confirm-outcome.ts";
import { extend } from "../commands/extend.ts";
import { finishAllocation } from "../commands/finish-allocation.ts";
import { followSession } from "../commands/follow-session.ts";
import { forget } from "../commands/forget.ts";
import { freeByAttributes } from "../commands/free-by-attributes.ts";
import { freeze } from "../commands/freeze.ts";
import { freezeItself } from "../commands/freeze-itself.ts";
import { heartbeat } from "../commands/heartbeat.ts";
import { hold } from "../commands/hold.ts";
import { lapseSession } from "../commands/lapse-session.ts";
import { notePlan } from "../commands/note-plan.ts";
import { openSession } from "../commands/open-session.ts";
import { orderPlanned } from "../commands/order-planned.ts";
import { proposePlan } from "../commands/propose-plan.ts";
import { reclaimNow } from "../commands/reclaim-now.ts";
import { recordSighting } from "../commands/record-sighting.ts";
import { recoverSession } from "../commands/recover-session.ts";
import { registerIntent } from "../commands/register-intent.ts";
import { reportAllocated } from "../commands/report-allocated.ts";
import { reportFailed } from "../commands/report-failed.ts";
import { reportFreed } from "../commands/report-freed.ts";
import { reportReleaseFailed } from "../commands/report-release-failed.ts";
import { reportReleasing } from "../commands/report-releasing.ts";
import { reportUnknown } from "../commands/report-unknown.ts";
import { settle } from "../commands/settle.ts";
import { settleNeverCreated } from "../commands/settle-never-created.ts";
import { thaw } from "../commands/thaw.ts";
import { thawItself } from "../commands/thaw-itself.ts";
import { unhold } from "../commands/unhold.ts";
import { DEFAULTS, type Defaults } from "../defaults.ts";
import type { Fact } from "../fact.ts";
import type { Due } from "../finding.ts";
import { statusOf, tagsOf } from "../indexed.ts";
import { formatInstant } from "../instant.ts";
import type { AllowanceOf } from "../quota.ts";
import type { Freeze } from "../reclaim/freeze.ts";
import type { Plan } from "../reclaim/plan.ts";
import type { Served } from "../reclaim/served.ts";
import {
  type Allocation,
  describe,
  type Record,
  type RecordKind,
  type Resource,
  type Session,
} from "../record.ts";
import type { Refusal, RefusalCode } from "../refusal.ts";
import type { Tombstone } from "../tombstone.ts";
import type { View } from "../view.ts";

/** Tests count time in minutes after this moment. */
const NOON = Date.parse("2026-11-23T12:00:00.000Z");
export const minute = (count: number): number => NOON + count * 60_000;
export const time = (count: number): string => formatInstant(minute(count));
const minutesSinceNoon = (moment: number | null) => (moment === null ? null : (moment - NOON) / 60_000);
export const HOURS = 60;

/** One command with its input, as somebody says it; `at` tells when it happened, in minutes after noon. */
export class Saying {
  readonly command: Command;
  readonly input: { readonly [field: string]: unknown };

  constructor(command: Command, input: object) {
    this.command = command;
    this.input = input as Saying["input"];
  }

  at(minutes: number): Saying {
    return this.with({ at: time(minutes) });
  }

  with(more: object): Saying {
    return new Saying(this.command, { ...this.input, ...more });
  }

  /** As a person says it who saw this version, unless it tells another one. */
  seeing(version: number): Saying {
    return this.needsSeen ? this.with({ seen: Math.max(1, version) }) : this;
  }

  /** It is a decision, and does not tell yet what was seen. */
  get needsSeen(): boolean {
    return "seen" in this.command.input.properties && this.input.seen === undefined;
  }

  /** For counterexamples. */
  toString(): string {
    return `${this.command.name} ${JSON.stringify(this.input)}`;
  }

  without(...fields: string[]): Saying {
    const rest = Object.entries(this.input).filter(([field]) => !fields.includes(field));
    return new Saying(this.command, Object.fromEntries(rest));
  }
}

type Said<C> = C extends Command<infer Input> ? Partial<Static<Input>> : never;

/** The resource that is spoken of where none is named. */
export const VM = { application: "probe", type: "vm", owner: "lpds" } as const;

export const intended = (more: Said<typeof registerIntent> = {}) =>
  new Saying(registerIntent, { id: "vm-1", ...VM, ...more });
export const allocated = (externalId: string, more: Said<typeof reportAllocated> = {}) =>
  new Saying(reportAllocated, { id: "vm-1", externalId, ...more });
export const unknown = (more: Said<typeof reportUnknown> = {}) =>
  new Saying(reportUnknown, { id: "vm-1", reason: "timeout", ...more });
export const failed = (more: Said<typeof reportFailed> = {}) =>
  new Saying(reportFailed, { id: "vm-1", reason: "quota", ...more });
export const allAttemptsFailed = (more: Said<typeof reportFailed> = {}) =>
  failed({ reason: "none is there", allAttempts: true, ...more });
export const releasing = (more: Said<typeof reportReleasing> = {}) =>
  new Saying(reportReleasing, { id: "vm-1", ...more });
export const releaseFailed = (more: Said<typeof reportReleaseFailed> = {}) =>
  new Saying(reportReleaseFailed, { id: "vm-1", reason: "in use", ...more });
export const freed = (externalId?: string, more: Said<typeof reportFreed> = {}) =>
  new Saying(reportFreed, { id: "vm-1", ...(externalId === undefined ? {} : { externalId }), ...more });
export const freedByAttributes = (externalId: string, more: Said<typeof freeByAttributes> = {}) =>
  new Saying(freeByAttributes, { owner: VM.owner, type: VM.type, externalId, ...more });
export const extended = (untilMinutes: number, more: Said<typeof extend> = {}) =>
  new Saying(extend, { id: "vm-1", until: time(untilMinutes), ...more });
export const confirmedExists = (externalId: string, more: Said<typeof confirmExists> = {}) =>
  new Saying(confirmExists, { id: "vm-1", externalId, reason: "seen", ...more });
export const confirmedGone = (more: Said<typeof confirmGone> = {}) =>
  new Saying(confirmGone, { id: "vm-1", reason: "looked", ...more });
export const confirmedNeverCreated = (more: Said<typeof confirmNeverCreated> = {}) =>
  new Saying(confirmNeverCreated, { id: "vm-1", reason: "looked", ...more });
export const forgotten = (more: Said<typeof forget> = {}) =>
  new Saying(forget, { id: "vm-1", reason: "written off", ...more });
export const held = (untilMinutes: number, more: Said<typeof hold> = {}) =>
  new Saying(hold, { id: "vm-1", hold: "hold-1", until: time(untilMinutes), reason: "in use", ...more });
export const unheld = (more: Said<typeof unhold> = {}) =>
  new Saying(unhold, { id: "vm-1", hold: "hold-1", reason: "done", ...more });

export const reclaimOrdered = (more: Said<typeof reclaimNow> = {}) =>
  new Saying(reclaimNow, { id: "vm-1", reason: "lost", ...more });
export const plannedOrder = (more: Said<typeof orderPlanned> = {}) =>
  new Saying(orderPlanned, { id: "vm-1", reason: "planned", plan: "plan-1", decision: "plan-1", ...more });
export const claimed = (more: Said<typeof claim> = {}) =>
  new Saying(claim, { id: "vm-1", attempt: "attempt-1", ...more });
export const settled = (
  outcome: "gone" | "failed" | "denied" | "withdrawn",
  more: Said<typeof settle> = {},
) => new Saying(settle, { id: "vm-1", claim: 1, outcome, reason: "so it is", ...more });
const SEEN = {
  seen: { kind: "seen", externalIds: ["i-1"] },
  "seen-gone": { kind: "seen-gone", externalId: "i-1" },
  "not-found": { kind: "not-found" },
} as const;
export const sighted = (
  kind: "seen" | "seen-gone" | "not-found",
  minutes: number,
  more: Said<typeof recordSighting> = {},
) =>
  new Saying(recordSighting, {
    id: "vm-1",
    provider: "cloud",
    seen: SEEN[kind],
    at: minute(minutes),
    ...more,
  });
export const neverCreatedSettled = () => new Saying(settleNeverCreated, { id: "vm-1" });
export const frozenByPerson = (more: Said<typeof freeze> = {}) =>
  new Saying(freeze, { id: "freeze-1", reason: "a storm", ...more });
export const frozenByItself = (more: Said<typeof freezeItself> = {}) =>
  new Saying(freezeItself, {
    id: "freeze-1",
    cause: "budget",
    policy: "ci",
    reason: "30 are to be freed, 20 may be.",
    ...more,
  });
export const thawed = (more: Said<typeof thaw> = {}) =>
  new Saying(thaw, { id: "freeze-1", reason: "over", ...more });

export const thawedByItself = () => new Saying(thawItself, { id: "freeze-1", reason: "It fits." });

const PLANNED = {
  resource: "vm-1",
  version: 2,
  externalIds: ["i-1"],
  type: "vm",
  owner: "lpds",
  application: "probe",
  says: "It is over.",
};
export const planProposed = (resources: readonly string[] = ["vm-1"], more: Said<typeof proposePlan> = {}) =>
  new Saying(proposePlan, {
    id: "plan-1",
    policy: "ci",
    items: resources.map((resource) => ({ ...PLANNED, resource })),
    hash: "hash-1",
    cost: [{ currency: "EUR", perHour: 1.5 }],
    expires: minute(25 * HOURS),
    ...more,
  });
export const planApproved = (more: Said<typeof approvePlan> = {}) =>
  new Saying(approvePlan, { id: "plan-1", count: 1, hash: "hash-1", reason: "looked through", ...more });
export const planAborted = (more: Said<typeof abortPlan> = {}) =>
  new Saying(abortPlan, { id: "plan-1", reason: "not these", ...more });
export const planNoted = (note: object) => new Saying(notePlan, { id: "plan-1", note });

export const begun = (more: Said<typeof beginAllocation> = {}) =>
  new Saying(beginAllocation, { id: "fleet", application: "probe", module: "nova", ...more });
export const finished = (outcome: "done" | "failed", more: Said<typeof finishAllocation> = {}) =>
  new Saying(finishAllocation, { id: "fleet", outcome, ...more });

export const confirmedOutcome = (outcome: "done" | "failed", more: Said<typeof confirmOutcome> = {}) =>
  new Saying(confirmOutcome, { id: "fleet", outcome, reason: "looked", ...more });

export const sessionOpened = (more: Said<typeof openSession> = {}) =>
  new Saying(openSession, { id: "engine-1", application: "probe", module: "nova", ttlSeconds: 60, ...more });
export const beaten = (more: Said<typeof heartbeat> = {}) =>
  new Saying(heartbeat, { id: "engine-1", ...more });
export const sessionClosed = (more: Said<typeof closeSession> = {}) =>
  new Saying(closeSession, { id: "engine-1", ...more });
export const sessionLapsed = (more: Said<typeof lapseSession> = {}) =>
  new Saying(lapseSession, { id: "engine-1", ...more });
export const sessionRecovered = (more: Said<typeof recoverSession> = {}) =>
  new Saying(recoverSession, { id: "engine-1", ...more });
export const confirmedLapsed = (more: Said<typeof confirmLapsed> = {}) =>
  new Saying(confirmLapsed, { id: "engine-1", reason: "looked", ...more });
export const sessionFollowed = (more: Said<typeof followSession> = {}) =>
  new Saying(followSession, { id: "vm-1", session: "engine-1", ...more });

export const sessionHeard = { id: "engine-1", application: "probe", state: "open", ttlSeconds: 60, lost: [] };

/** How a record stands: times in minutes after noon, findings by kind with the time since when. */
export interface Standing {
  readonly state: string;
  readonly due: number | null;
  readonly findings: { readonly [kind: string]: number };
}

export function standingOf({ state, due, findings }: Due & { state: string }): Standing {
  const since = findings.map(({ kind, from }) => [kind, minutesSinceNoon(from)] as const);
  return { state, due: minutesSinceNoon(due), findings: Object.fromEntries(since) as Standing["findings"] };
}

export type Answer = { reply: unknown; created: boolean } | Refusal;

/** The provider of machines. */
export const CLOUD: Served = {
  name: "cloud",
  types: ["vm"],
  findable: "searched",
  identity: "unique",
  looks: true,
};

/** Hears commands one after the other and keeps the records, as the engine does but without a store. */
export class Notebook implements View {
  /** Minutes after noon. */
  now = 60;
  allowanceOf: AllowanceOf = () => undefined;
  defaults: Defaults = { ...DEFAULTS, reclaim: { policies: [], served: [CLOUD] } };
  readonly #records = new Map<string, Record>();
  readonly #tombstones = new Map<string, Tombstone>();
  #minted = 0;

  /** Decides, and checks what holds for every command: its shapes, its refusals, what it may create. */
  hears(saying: Saying): Answer {
    const { command, input } = saying.seeing(this.facts(String(saying.input.id)).length);
    assert.ok(Check(command.input, input), `the test says ${command.name} in another shape`);
    const decision = command.decide(this, input, {
      now: minute(this.now),
      actor: "tester",
      newId: () => `minted-${++this.#minted}`,
      defaults: this.defaults,
      allowanceOf: this.allowanceOf,
    });
    if (isRefusal(decision)) {
      assert.ok(command.refusals.includes(decision.refused), `${command.name} declares ${decision.refused}`);
      return decision;
    }
    const { reply, created, records } = decision;
    assert.ok(Check(command.reply, reply), `${command.name} answers in its shape`);
    assert.ok(command.creates || !created, `${command.name} declares that it creates`);
    for (const record of records) this.#records.set(`${record.kind} ${record.id}`, record);
    return { reply, created };
  }

  accepts(saying: Saying, reply: unknown = { id: "vm-1" }): void {
    assert.deepEqual(this.hears(saying), { reply, created: false });
  }

  /** The same of a decision, whatever id it has or gets. */
  decides(saying: Saying): void {
    const answer = this.hears(saying);
    assert.ok(!("refused" in answer), `${saying.command.name} was refused: ${JSON.stringify(answer)}`);
  }

  creates(saying: Saying, reply: unknown = { id: "vm-1" }): void {
    assert.deepEqual(this.hears(saying), { reply, created: true });
  }

  /** It is accepted, and answered alike, because it is known already. */
  recognises(saying: Saying, reply: unknown = { id: "vm-1" }): void {
    const before = this.#written();
    this.accepts(saying, reply);
    assert.deepEqual(this.#written(), before, "a replay writes nothing");
  }

  refuses(saying: Saying, code: RefusalCode): Refusal {
    const before = this.#written();
    const answer = this.hears(saying);
    assert.ok("refused" in answer, `${saying.command.name} was accepted`);
    assert.equal(answer.refused, code);
    assert.deepEqual(this.#written(), before, "a refusal writes nothing");
    return answer;
  }

  /** As of a minute after noon; of the resource or the allocation with this id. */
  standing(id = "vm-1", now = this.now): Standing {
    const moment = { now: minute(now), defaults: this.defaults };
    const resource = this.resource(id);
    const group = resource && describe(resource).allocation;
    const allocation = group === undefined ? undefined : this.allocation(group);
    const other = this.session(id) ?? this.freeze(id) ?? this.plan(id) ?? this.allocation(id);
    return standingOf(statusOf((resource ?? other) as Record, allocation, moment));
  }

  /** The kinds of its facts, in the order of their arrival. */
  kinds(id = "vm-1"): string[] {
    return this.facts(id).map(({ kind }) => kind);
  }

  facts(id = "vm-1"): readonly Fact[] {
    const record =
      this.resource(id) ?? this.allocation(id) ?? this.session(id) ?? this.freeze(id) ?? this.plan(id);
    return record?.facts ?? [];
  }

  resource(id: string): Resource | undefined {
    return this.#records.get(`resource ${id}`) as Resource | undefined;
  }

  allocation(id: string): Allocation | undefined {
    return this.#records.get(`allocation ${id}`) as Allocation | undefined;
  }

  /** For facts that no command of today writes. */
  put(record: Record): void {
    this.#records.set(`${record.kind} ${record.id}`, record);
  }

  session(id: string): Session | undefined {
    return this.#records.get(`session ${id}`) as Session | undefined;
  }

  freeze(id: string): Freeze | undefined {
    return this.#records.get(`freeze ${id}`) as Freeze | undefined;
  }

  plan(id: string): Plan | undefined {
    return this.#records.get(`plan ${id}`) as Plan | undefined;
  }

  tombstone(kind: string, id: string): Tombstone | undefined {
    return this.#tombstones.get(`${kind} ${id}`);
  }

  /** Puts a tombstone in the place of the record, as pruning does. */
  buries(kind: RecordKind, id: string, until = minute(HOURS)): this {
    const tombstone = { kind, id, application: "probe", state: "freed", closed: minute(0), until };
    this.#records.delete(`${kind} ${id}`);
    this.#tombstones.set(`${kind} ${id}`, tombstone);
    return this;
  }

  resourcesTagged(tag: string): readonly Resource[] {
    const resources = [...this.#records.values()].filter((record) => record.kind === "resource");
    return resources.filter((resource) => tagsOf(resource).includes(tag));
  }

  #written(): Record[] {
    return [...this.#records.values()];
  }
}

/** A notebook, at one o'clock, that has accepted all this. */
export function given(...sayings: readonly Saying[]): Notebook {
  const notebook = new Notebook();
  for (const saying of sayings) {
    const answer = notebook.hears(saying);
    assert.ok(!("refused" in answer), `given: ${saying.command.name} was refused: ${JSON.stringify(answer)}`);
  }
  return notebook;
}
