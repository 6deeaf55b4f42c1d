import { Type } from "typebox";
import { accept, command, isRefusal } from "../command.ts";
import { parseInstant } from "../instant.ts";
import { newResource, withReport } from "../record.ts";
import { refuse } from "../refusal.ts";
import { completed, isAnother, present } from "../registration.ts";
import { report } from "../report.ts";
import { Data, describing, Id, Instant, Shape, Text } from "../shapes.ts";
import { noResource } from "../tombstone.ts";
import { allocationKey, resourceKey } from "../view.ts";
import { Registered, watched, watchedBy } from "./register-intent.ts";

/** May describe the resource in full: then it is accepted even where the registration has not arrived. */
export const reportAllocated = command({
  name: "report-allocated",
  summary: "It exists, and the provider calls it so.",
  route: "POST /v1/resources/{id}/allocated",
  role: "report",
  input: Shape({
    id: Id,
    externalId: Text,
    data: Type.Optional(Data),
    ...describing,
    type: Type.Optional(describing.type),
    owner: Type.Optional(describing.owner),
    at: Type.Optional(Instant),
  }),
  reply: Registered,
  refusals: [
    "unknown-resource",
    "pruned",
    "id-used",
    "application-missing",
    "unknown-allocation",
    "too-many-facts",
  ],

  keys: ({ id, allocation, session }) => [
    resourceKey(id),
    ...(allocation === undefined ? [] : [allocationKey(allocation)]),
    ...watchedBy(session),
  ],

  decide(view, { id, externalId, data, at, ...described }, context) {
    const { type, owner } = described;
    const known = view.resource(id);
    if (known && isAnother(known, described)) {
      return refuse("id-used", `${id} is registered with another application, owner or type.`);
    }
    if (!known && view.tombstone("resource", id)) return noResource(view, id);
    const isFull = type !== undefined && owner !== undefined;
    const about = isFull ? completed(view, { ...described, type, owner }, known) : undefined;
    if (about && isRefusal(about)) return about;
    const said = present({ kind: "allocated" as const, externalId, data, about });
    if (known || !about) return report(view, { id, at }, said, context);
    const told = withReport(newResource(id), said, parseInstant(at), context);
    return accept({ id }, watched(view, told, context));
  },
});
