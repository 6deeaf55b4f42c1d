import { Type } from "typebox";
import { command } from "../command.ts";
import { present } from "../registration.ts";
import { report } from "../report.ts";
import { Id, Instant, Shape, Text } from "../shapes.ts";
import { resourceKey } from "../view.ts";
import { Registered } from "./register-intent.ts";

/** Without an external id it speaks of the one that is known; of two, each must be named. */
export const reportFreed = command({
  name: "report-freed",
  summary: "It is gone.",
  route: "POST /v1/resources/{id}/freed",
  role: "report",
  input: Shape({ id: Id, externalId: Type.Optional(Text), at: Type.Optional(Instant) }),
  reply: Registered,
  refusals: ["unknown-resource", "pruned"],

  keys: ({ id }) => [resourceKey(id)],

  decide: (view, { id, externalId, at }, context) =>
    report(view, { id, at }, present({ kind: "freed" as const, externalId }), context),
});
