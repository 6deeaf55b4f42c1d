import { Type } from "typebox";
import { command } from "../command.ts";
import { report } from "../report.ts";
import { Id, Instant, Shape, Text } from "../shapes.ts";
import { resourceKey } from "../view.ts";
import { Registered } from "./register-intent.ts";

/** Neither a success nor a failure: somebody has to ask the provider. */
export const reportUnknown = command({
  name: "report-unknown",
  summary: "The reply did not come, or cannot be judged.",
  route: "POST /v1/resources/{id}/unknown",
  role: "report",
  input: Shape({ id: Id, reason: Text, at: Type.Optional(Instant) }),
  reply: Registered,
  refusals: ["unknown-resource", "pruned", "too-many-facts"],

  keys: ({ id }) => [resourceKey(id)],

  decide: (view, { id, reason, at }, context) =>
    report(view, { id, at }, { kind: "unknown", reason }, context),
});
