import { Type } from "typebox";
import { command } from "../command.ts";
import { present } from "../registration.ts";
import { report } from "../report.ts";
import { Id, Instant, Seconds, Shape } from "../shapes.ts";
import { resourceKey } from "../view.ts";
import { Registered } from "./register-intent.ts";

export const reportReleasing = command({
  name: "report-releasing",
  summary: "I am about to delete it.",
  route: "POST /v1/resources/{id}/releasing",
  role: "report",
  input: Shape({ id: Id, timeoutSeconds: Type.Optional(Seconds), at: Type.Optional(Instant) }),
  reply: Registered,
  refusals: ["unknown-resource", "pruned", "too-many-facts"],

  keys: ({ id }) => [resourceKey(id)],

  decide: (view, { id, timeoutSeconds, at }, context) =>
    report(view, { id, at }, present({ kind: "releasing" as const, timeoutSeconds }), context),
});
