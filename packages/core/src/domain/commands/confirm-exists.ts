import { command } from "../command.ts";
import { DECISION_REFUSALS, Decided, decideOn, deciding } from "../decision.ts";
import { Shape, Text } from "../shapes.ts";
import { resourceKey } from "../view.ts";

/** Forbidden in no state: what exists must be known. A second external id is a finding, and so is one said to be gone. */
export const confirmExists = command({
  name: "confirm-exists",
  summary: "I have seen it: it exists, and the provider calls it so.",
  route: "POST /v1/resources/{id}/confirm-exists",
  role: "decide",
  input: Shape({ ...deciding, externalId: Text }),
  reply: Decided,
  refusals: DECISION_REFUSALS,

  keys: ({ id }) => [resourceKey(id)],

  decide: (view, { externalId, ...deciding }, context) =>
    decideOn(view, deciding, { kind: "confirmed-exists", externalId }, context),
});
