import assert from "node:assert/strict";
import { LIMITS } from "@drett/core";
import { mapAllocation } from "../../src/import-old/map-allocation.ts";
import { mapResource } from "../../src/import-old/map-resource.ts";
import type { Mapping } from "../../src/import-old/mapping.ts";
import type { OldDocument } from "../../src/import-old/old-collections.ts";
import { type Zone, zoneNamed } from "../../src/import-old/zone.ts";
import { idOf, oid, oldAllocation, oldResource } from "./old-documents.ts";

const zone = zoneNamed("Europe/Budapest") as Zone;

/** Maps the allocation, with these fields in the place of its own. */
export const allocation = (more?: OldDocument) => mapAllocation(oldAllocation(more), zone);

/** Maps the resource likewise; its allocation was brought over. */
export const resource = (more?: OldDocument, application?: string) =>
  mapResource(oldResource(more), { zone, application, isKnown: (id) => id === idOf(oid(1)) });

/** What the commands say, and what is remarked. */
export function said(mapping: Mapping) {
  assert.ok("id" in mapping, JSON.stringify(mapping));
  const { from, to, steps, remarks } = mapping;
  const inputs = steps.map(
    ({ command, input }) => [command.name, input as { [field: string]: unknown }] as const,
  );
  return { states: `${from} → ${to}`, steps: inputs, remarks };
}

export const reason = (mapping: Mapping) => ("reason" in mapping ? mapping.reason : "it is mapped");

export const long = "x".repeat(LIMITS.textCharacters + 1);

/** What no text may be. */
export const bad = [
  ["too long", long],
  ["empty", ""],
  ["with a NUL", "a\0b"],
  ["no text", { a: 1 }],
] as const;
