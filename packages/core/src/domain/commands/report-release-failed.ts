import { Type } from "typebox";
import { command } from "../command.ts";
import { report } from "../report.ts";
import { Id, Instant, Shape, Text } from "../shapes.ts";
import { resourceKey } from "../view.ts";
import { Registered } from "./register-intent.ts";

export const reportReleaseFailed = command({
  name: "report-release-failed",
  summary: "The delete failed: it may still be there.",
  route: "POST /v1/resources/{id}/release-failed",
  role: "report",
  input: Shape({ id: Id, reason: Text, at: Type.Optional(Instant) }),
  reply: Registered,
  refusals: ["unknown-resource", "pruned", "too-many-facts"],

  keys: ({ id }) => [resourceKey(id)],

  decide: (view, { id, reason, at }, context) =>
    report(view, { id, at }, { kind: "release-failed", reason }, context),
});
