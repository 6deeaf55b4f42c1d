import { Type } from "typebox";
import { accept, command, create } from "../command.ts";
import { parseInstant } from "../instant.ts";
import { deriveFreeze, FREEZE_CAUSES, frozen } from "../reclaim/freeze.ts";
import { newFreeze, withReport } from "../record.ts";
import { refuse } from "../refusal.ts";
import { present } from "../registration.ts";
import { Id, Instant, idOf, Shape, Text } from "../shapes.ts";
import { noFreeze } from "../tombstone.ts";
import { freezeKey } from "../view.ts";

/** The red button. What is being deleted already cannot be called back; nothing new begins. */
export const freeze = command({
  name: "freeze",
  summary: "Free nothing for now.",
  route: "POST /v1/freezes",
  role: "decide",
  input: Shape({
    id: idOf("the freeze"),
    reason: Text,
    until: Type.Optional(Instant),
    at: Type.Optional(Instant),
  }),
  reply: Shape({ id: Id }),
  creates: true,
  refusals: ["id-used", "until-passed"],

  keys: ({ id }) => (id === undefined ? [] : [freezeKey(id)]),

  decide(view, { id: chosen, reason, until: end, at }, context) {
    const id = chosen ?? context.newId();
    const until = parseInstant(end);
    const known = view.freeze(id);
    if (known) {
      const first = frozen(known);
      const isSame = first.cause === "order" && first.reason === reason && first.until === until;
      return isSame ? accept({ id }) : refuse("id-used", `${id} is another freeze.`);
    }
    if (until !== undefined && until <= context.now) {
      return refuse("until-passed", "/until has passed already.", { pointer: "/until" });
    }
    const said = present({ kind: "frozen" as const, cause: "order" as const, reason, until });
    return create({ id }, withReport(newFreeze(id), said, parseInstant(at), context));
  },
});

/** drett itself stops, because something is not as it should be. */
export const freezeItself = command({
  name: "freeze-itself",
  summary: "Nothing is freed until somebody has looked.",
  role: "admin",
  input: Shape({
    id: Id,
    cause: Type.Enum(FREEZE_CAUSES.filter((cause) => cause !== "order")),
    reason: Text,
    policy: Type.Optional(Id),
    until: Type.Optional(Type.Integer()),
  }),
  reply: Shape({ id: Id }),
  refusals: [],

  keys: ({ id }) => [freezeKey(id)],

  decide(view, { id, ...said }, context) {
    if (view.freeze(id)) return accept({ id });
    const told = present({ kind: "frozen" as const, ...said });
    return accept({ id }, withReport(newFreeze(id), told, context.now, context));
  },
});

export const thaw = command({
  name: "thaw",
  summary: "What was frozen may go on.",
  route: "POST /v1/freezes/{id}/thaw",
  role: "decide",
  input: Shape({ id: Id, reason: Text, at: Type.Optional(Instant) }),
  reply: Shape({ id: Id }),
  refusals: ["unknown-freeze", "pruned", "not-in-this-state"],

  keys: ({ id }) => [freezeKey(id)],

  decide(view, { id, reason, at }, context) {
    const known = view.freeze(id);
    if (!known) return noFreeze(view, id);
    if (deriveFreeze(known, context.now).state === "over") return accept({ id });
    const { cause, policy } = frozen(known);
    if (cause === "budget" && context.actor !== "drett") {
      const detail = `${id} ends once what the policy ${policy} is to free fits its budget: raise that, or order what is lost.`;
      return refuse("not-in-this-state", detail, { state: "frozen" });
    }
    return accept({ id }, withReport(known, { kind: "thawed", reason }, parseInstant(at), context));
  },
});
