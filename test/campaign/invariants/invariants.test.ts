import assert from "node:assert/strict";
import { test } from "node:test";
import type { Evidence, Invariant } from "../evidence.ts";
import { accountedFor } from "./accounted-for.ts";
import { aliveUntouched } from "./alive-untouched.ts";
import { INVARIANTS } from "./all.ts";
import { claimedAlone } from "./claimed-alone.ts";
import { freedAtLast } from "./freed-at-last.ts";
import { heldUntouched } from "./held-untouched.ts";
import { intentsFirst } from "./intents-first.ts";
import { engine, event, fact, instance, NOTES, resource, wellRun, withResource } from "./made-up.ts";
import { oneEffect } from "./one-effect.ts";

const finding = (kind: string) => ({ kind, says: "" });
const hold = { hold: "h1", until: "" };
const dead = { engines: [engine({ died: 3_000 })] };

/** A run in which drett deleted it so, beside what was created. */
const deleted = (at: number, other: object = {}): Evidence => ({
  ...wellRun(),
  journal: [event("created", 1_100), event("deleting", at, { by: "drett", ...other })],
});

function assertHolds(invariant: Invariant, run: Evidence): void {
  assert.deepEqual(invariant.faultsIn(run), []);
}

function assertBroken(invariant: Invariant, run: Evidence, fault: RegExp): void {
  assert.match(invariant.faultsIn(run).join("\n"), fault);
}

test("in a run in which all went well, every invariant holds", () => {
  for (const invariant of INVARIANTS) assertHolds(invariant, wellRun());
});

test("what exists, and is nobody's, nor held, nor found, breaks it", () => {
  const lost = { ...wellRun(), ...dead };
  assertBroken(accountedFor, lost, /^resource d1: i-1 \(u-1\) exists, and drett says that it is allocated/);
  assertBroken(accountedFor, withResource(wellRun(), { state: "freed" }), /says that it is freed/);
  assertBroken(accountedFor, { ...wellRun(), resources: new Map() }, /drett does not know it/);
  assertBroken(accountedFor, { ...wellRun(), engines: [engine({ notes: NOTES.slice(0, 1) })] }, /exists/);
  assertHolds(accountedFor, withResource(lost, { findings: [finding("session-lapsed")] }));
  assertHolds(accountedFor, withResource(lost, { holds: [hold] }));
});

test("a delete within the TTL of a heartbeat that was acknowledged breaks it", () => {
  assertBroken(
    aliveUntouched,
    deleted(6_999),
    /resource d1: i-1 was deleted 4999 ms after a heartbeat of its/,
  );
  assertHolds(aliveUntouched, deleted(7_000));
  assertHolds(aliveUntouched, deleted(1_999));
  assertHolds(aliveUntouched, deleted(5_000, { by: "engine-0" }));
  const [intended] = NOTES;
  const notes = [intended as (typeof NOTES)[number], { ...NOTES[1], lost: ["d1"] } as (typeof NOTES)[number]];
  assertHolds(aliveUntouched, { ...deleted(5_000), engines: [engine({ notes })] });
});

test("a delete of what was not claimed, or of another identity, breaks it", () => {
  const claimed = { facts: [fact("intent"), fact("allocated"), fact("claimed", { claim: 1 })] };
  assertBroken(claimedAlone, deleted(9_000), /i-1 \(u-1\) was deleted, and was never claimed/);
  assertBroken(claimedAlone, withResource(deleted(9_000, { id: "i-2" }), claimed), /what was claimed is i-1/);
  assertBroken(claimedAlone, withResource(deleted(9_000, { tags: { drett: "d2" } }), claimed), /resource d2/);
  assertBroken(claimedAlone, withResource(deleted(9_000, { tags: {} }), claimed), /never claimed/);
  assertHolds(claimedAlone, withResource(deleted(9_000), claimed));
});

test("a create before its intent was acknowledged, and an intent that got lost, break it", () => {
  const created = (at: number) => ({ ...wellRun(), journal: [event("created", at)] });
  assertBroken(intentsFirst, created(999), /i-1 was created 1 ms before its intent/);
  assertHolds(intentsFirst, created(1_000));
  assertBroken(
    intentsFirst,
    { ...wellRun(), engines: [engine({ notes: [] })] },
    /without an acknowledged intent/,
  );
  assertBroken(intentsFirst, { ...wellRun(), resources: new Map() }, /acknowledged, and is not recorded/);
  assertBroken(intentsFirst, withResource(wellRun(), { facts: [fact("allocated")] }), /is not recorded/);
});

test("two proofs for one external id break it", () => {
  const proven = (claim: number, externalIds: string[]) => fact("proven-gone", { claim, externalIds });
  const twice = { facts: [proven(1, ["i-1", "i-2"]), proven(2, ["i-1"])] };
  assertBroken(oneEffect, withResource(wellRun(), twice), /resource d1: i-1 was proven gone 2 times/);
  assertHolds(oneEffect, withResource(wellRun(), { facts: [proven(1, ["i-1"]), proven(2, ["i-2"])] }));
});

test("a delete after the hold breaks it, but where a claim was under way", () => {
  const holding = (facts: readonly ReturnType<typeof fact>[], at: number): Evidence => ({
    ...withResource(deleted(at), { facts }),
    holds: [{ id: "d1", hold: "h1", at: 8_000 }],
  });
  const held = fact("held", { hold: "h1" });
  const claimed = fact("claimed", { claim: 1 });
  assertBroken(heldUntouched, holding([held, claimed], 8_001), /i-1 was deleted 1 ms after its hold/);
  assertBroken(heldUntouched, holding([claimed, fact("reclaim-failed"), held], 8_001), /deleted/);
  assertBroken(heldUntouched, holding([claimed], 8_001), /hold h1 was acknowledged, and is not recorded/);
  assertHolds(heldUntouched, holding([held], 8_000));
  assertHolds(heldUntouched, holding([claimed, held], 8_001));
});

test("what is left though a policy frees it breaks it, but where it is stuck", () => {
  const left = { ...wellRun(), ...dead };
  const found = (kind: string, other: object = {}) =>
    withResource(left, { findings: [finding(kind)], ...other });
  assertBroken(
    freedAtLast,
    found("session-lapsed"),
    /resource d1: it is still there, allocated \(session-lapsed\)/,
  );
  assertBroken(freedAtLast, { ...left, resources: new Map() }, /and drett does not know it/);
  assertHolds(freedAtLast, found("stuck"));
  assertHolds(freedAtLast, found("session-lapsed", { type: "disk" }));
  assertHolds(freedAtLast, found("session-lapsed", { holds: [hold] }));
  assertHolds(freedAtLast, { ...left, remaining: [] });
  assertBroken(
    freedAtLast,
    { ...left, remaining: [instance()], resources: new Map([["d1", resource()]]) },
    /d1/,
  );
});
