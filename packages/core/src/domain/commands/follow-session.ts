import { accept, command } from "../command.ts";
import { Id, Shape } from "../shapes.ts";
import { resourceKey, sessionKey } from "../view.ts";
import { followed, isOf, leftBy } from "../watching.ts";

/** Carries out on one resource what became of its session. */
export const followSession = command({
  name: "follow-session",
  summary: "What became of its session follows for it.",
  role: "admin",
  input: Shape({ id: Id, session: Id }),
  reply: Shape({}),
  refusals: [],

  keys: ({ id, session }) => [resourceKey(id), sessionKey(session, true)],

  decide(view, { id, session: named }, { now }) {
    const resource = view.resource(id);
    const session = view.session(named);
    if (!resource) return accept({});
    const isTheirs = session !== undefined && isOf(session, resource);
    return accept({}, isTheirs ? followed(resource, session, now) : leftBy(resource, named, now));
  },
});
