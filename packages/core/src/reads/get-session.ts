import { Type } from "typebox";
import { isRefusal } from "../domain/command.ts";
import type { Session } from "../domain/record.ts";
import { refuse } from "../domain/refusal.ts";
import { Id, Shape } from "../domain/shapes.ts";
import { read } from "./read.ts";
import { find } from "./records.ts";
import { FactView, viewFact } from "./views/fact.ts";
import { SessionView, viewSession } from "./views/session.ts";

export const getSession = read({
  name: "get-session",
  summary: "One session and all its facts; its resources are GET /v1/resources?session={id}.",
  route: "GET /v1/sessions/{id}",
  role: "read",
  input: Shape({ id: Id }),
  reply: Shape({ ...SessionView.properties, facts: Type.Array(FactView) }),
  refusals: ["unknown-session", "pruned"],

  async answer({ id }, { store, ...moment }) {
    const found = await find<Session>(store, { kind: "session", id });
    if (!found) return refuse("unknown-session", `No session ${id} was opened.`);
    if (isRefusal(found)) return found;
    return { reply: { ...viewSession(found.record, moment), facts: found.record.facts.map(viewFact) } };
  },
});
