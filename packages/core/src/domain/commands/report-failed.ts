import { Type } from "typebox";
import { command } from "../command.ts";
import { present } from "../registration.ts";
import { report } from "../report.ts";
import { Id, Instant, Shape, Text } from "../shapes.ts";
import { resourceKey } from "../view.ts";
import { Registered } from "./register-intent.ts";

/** Stands below an unknown outcome, for an earlier attempt may have worked; `allAttempts` says that none did. */
export const reportFailed = command({
  name: "report-failed",
  summary: "This attempt was refused: nothing came of it.",
  route: "POST /v1/resources/{id}/failed",
  role: "report",
  input: Shape({
    id: Id,
    reason: Text,
    allAttempts: Type.Optional(Type.Boolean()),
    at: Type.Optional(Instant),
  }),
  reply: Registered,
  refusals: ["unknown-resource", "pruned", "too-many-facts"],

  keys: ({ id }) => [resourceKey(id)],

  decide: (view, { id, reason, allAttempts, at }, context) =>
    report(
      view,
      { id, at },
      present({ kind: "failed" as const, reason, allAttempts: allAttempts || undefined }),
      context,
    ),
});
