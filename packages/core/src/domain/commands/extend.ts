import { Type } from "typebox";
import { command } from "../command.ts";
import { parseInstant } from "../instant.ts";
import { report } from "../report.ts";
import { Id, Instant, Shape } from "../shapes.ts";
import { resourceKey } from "../view.ts";
import { Registered } from "./register-intent.ts";

/** Moves the end of its life; the latest end wins. */
export const extend = command({
  name: "extend",
  summary: "Keep it until then.",
  route: "POST /v1/resources/{id}/extend",
  role: "report",
  input: Shape({ id: Id, until: Instant, at: Type.Optional(Instant) }),
  reply: Registered,
  refusals: ["unknown-resource", "pruned", "too-many-facts"],

  keys: ({ id }) => [resourceKey(id)],

  decide: (view, { id, until, at }, context) =>
    report(view, { id, at }, { kind: "extended", until: parseInstant(until) }, context),
});
