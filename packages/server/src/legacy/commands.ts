import {
  beginAllocation,
  finishAllocation,
  freeByAttributes,
  isRefusal,
  type Outcome,
  registerIntent,
  reportAllocated,
  reportFreed,
  reportUnknown,
} from "@drett/core";
import { nothing, objectId, summary } from "./answer.ts";
import type { Door } from "./door.ts";
import { oid, reason, seconds, text } from "./fields.ts";
import { idOfObjectId } from "./object-id.ts";
import { oldCommand } from "./old-command.ts";
import { fittingText } from "./text.ts";

/** All eight, each told in the new ones. Ids are minted here, so that they have the form that old clients take. */
export const OLD_COMMANDS = {
  BeginAllocation: oldCommand(
    { allocation_id: text, application: text, module: text, timeout: seconds },
    async ({ allocation_id: label, timeout: timeoutSeconds, ...who }, door) =>
      objectId(await door.submit(beginAllocation, { id: door.newId(), label, timeoutSeconds, ...who })),
  ),

  AllocationSuccess: oldCommand({ oid }, async ({ oid }, door) =>
    summary(await door.onAllocation(oid, (id) => door.submit(finishAllocation, { id, outcome: "done" }))),
  ),

  AllocationFailed: oldCommand({ oid, reason }, async ({ oid, ...why }, door) =>
    nothing(
      await door.onAllocation(oid, (id) => door.submit(finishAllocation, { id, outcome: "failed", ...why })),
    ),
  ),

  AddResource: oldCommand(
    { allocation_oid: oid, resource_owner: text, resource_type: text },
    async ({ allocation_oid, resource_owner: owner, resource_type: type }, door) =>
      objectId(await addResource(allocation_oid, { id: door.newId(), owner, type }, door)),
  ),

  ResourceAllocated: oldCommand({ oid, resource_id: text }, async ({ oid, resource_id: externalId }, door) =>
    summary(await door.onResource(oid, (id) => door.submit(reportAllocated, { id, externalId }))),
  ),

  /** The client met an error or an exception: what the provider made of its request is not known. */
  ResourceAllocationFailed: oldCommand(
    { oid, reason },
    async ({ oid, reason = "the allocation failed, and no reason was given" }, door) =>
      summary(await door.onResource(oid, (id) => door.submit(reportUnknown, { id, reason }))),
  ),

  ResourceFreed: oldCommand({ oid }, async ({ oid }, door) =>
    summary(await door.onResource(oid, (id) => door.submit(reportFreed, { id }))),
  ),

  ResourceFreedByAttributes: oldCommand(
    { resource_owner: text, resource_type: text, resource_id: text },
    async ({ resource_owner: owner, resource_type: type, resource_id: externalId }, door) =>
      summary(await freeFirst({ owner, type, externalId }, door)),
  ),
};

interface Planned {
  readonly id: string;
  readonly owner: string;
  readonly type: string;
}

/** The old server did not ask whether the allocation is there: the note is taken, and says what it was told. */
async function addResource(oid: string, planned: Planned, door: Door): Promise<Outcome<{ id: string }>> {
  const outcome = await door.onAllocation(oid, (allocation) =>
    door.submit(registerIntent, { ...planned, allocation }),
  );
  if (!isRefusal(outcome) || outcome.refused !== "unknown-allocation") return outcome;
  const allocation = idOfObjectId(oid);
  return door.submit(registerIntent, {
    ...planned,
    application: door.application,
    ...(allocation === undefined ? {} : { allocation }),
    data: { allocation_oid: fittingText(oid) },
  });
}

interface Attributes {
  readonly owner: string;
  readonly type: string;
  readonly externalId: string;
}

/** Of several that are live, the old server could not tell one from another either: the first is freed. */
async function freeFirst(attributes: Attributes, door: Door): Promise<Outcome<{ id: string }>> {
  const outcome = await door.submit(freeByAttributes, attributes);
  if (!isRefusal(outcome) || outcome.refused !== "ambiguous-match") return outcome;
  const { ids } = outcome.more as { ids: [string] };
  return door.submit(reportFreed, { id: ids[0], externalId: attributes.externalId });
}
