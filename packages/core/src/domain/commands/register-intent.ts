import { type Static, Type } from "typebox";
import { accept, type Context, command, create, type Decision, isRefusal } from "../command.ts";
import { type Description, type Fact, isRepeated, type Ms } from "../fact.ts";
import { parseInstant } from "../instant.ts";
import { planWithin, type Usages } from "../quota.ts";
import {
  describe,
  factsOf,
  heardBefore,
  newResource,
  newSession,
  type Resource,
  type Session,
  withReport,
} from "../record.ts";
import { refuse } from "../refusal.ts";
import { completed, isAnother, present } from "../registration.ts";
import { stateOf } from "../resource-state.ts";
import { Data, describing, Id, Instant, Opening, Seconds, Shape } from "../shapes.ts";
import { allocationKey, type Key, resourceKey, sessionKey, type View } from "../view.ts";
import { followed } from "../watching.ts";

const { allocation, ...describingItself } = describing;
const ofOne = {
  ...describingItself,
  id: Type.Optional(Id),
  timeoutSeconds: Type.Optional(Seconds),
  data: Type.Optional(Data),
  at: Type.Optional(Instant),
};
export const Intent = Shape(
  { ...ofOne, allocation, opens: Type.Optional(Opening) },
  { dependentRequired: { opens: ["session"] } },
);
type Intent = Static<typeof Intent>;

/** An intent within the command that begins its allocation. */
export const MemberIntent = Shape(ofOne);

export const Registered = Shape({ id: Id });

/** The write-ahead note. Its id goes into the provider's create call. */
export const registerIntent = command({
  name: "register-intent",
  summary: "I am about to create this.",
  route: "POST /v1/resources",
  role: "report",
  input: Intent,
  reply: Registered,
  creates: true,
  refusals: ["id-used", "application-missing", "unknown-allocation", "quota-reached"],

  keys: ({ id, allocation, session, opens }) => [
    ...(id === undefined ? [] : [resourceKey(id)]),
    ...(allocation === undefined ? [] : [allocationKey(allocation)]),
    ...(opens && session !== undefined ? [sessionKey(session)] : watchedBy(session)),
  ],

  decide: (view, input, context) => register(view, input, context),
});

/** Shared with `begin-allocation`, which is sugar for as many registrations; `planned` is what those before it come to. */
export function register(
  view: View,
  input: Intent,
  context: Context,
  planned: Usages = new Map(),
): Decision<Static<typeof Registered>> {
  const { id = context.newId(), at: told, timeoutSeconds, data, opens, ...described } = input;
  const about = completed(view, described);
  if (isRefusal(about)) return about;

  if (view.tombstone("resource", id)) return refuse("id-used", `${id} was used before, and was pruned.`);

  const at = parseInstant(told);
  const session = opens ? openedBy(view, about, opens, context) : [];
  const intent = present({ kind: "intent" as const, about, timeoutSeconds, data });
  const known = view.resource(id) ?? newResource(id);
  const [earlier] = factsOf(known, "intent");
  if (earlier) {
    const isReplay = isRepeated(earlier, intent, at) && maybeRepeated(known, earlier, at, context);
    return isReplay ? accept({ id }, ...session) : idUsed(id);
  }
  // A report that describes itself may have come first: a journal replays in any order.
  if (known.facts.length > 0 && isAnother(known, about)) return idUsed(id);
  // What has been reported to exist counts already, and is never turned away.
  const isNew = known.facts.length === 0;
  const over = isNew && context.allowanceOf && planWithin(about, planned, context.allowanceOf);
  if (over) return over;
  return create({ id }, watched(view, withReport(known, intent, at, context), context), ...session);
}

/** Its session, where that is not known yet: the promise to be heard and what it covers are written together. */
function openedBy(
  view: View,
  { application, module = application, session: id }: Description,
  { at: told, ...promise }: Static<typeof Opening>,
  context: Context,
): Session[] {
  if (id === undefined || view.session(id) || view.tombstone("session", id)) return [];
  const said = present({ kind: "opened" as const, application, module, ...promise });
  return [withReport(newSession(id), said, parseInstant(told), context)];
}

/** The key of the session that is to watch it. That one is not known never keeps a note from being taken. */
export const watchedBy = (session: string | undefined): Key[] =>
  session === undefined ? [] : [sessionKey(session, true)];

/** What has become of the session by now follows at once for what is registered in it. */
export function watched(view: View, resource: Resource, { now }: Context): Resource {
  const { session: named } = describe(resource);
  const session = named === undefined ? undefined : view.session(named);
  return session ? followed(resource, session, now) : resource;
}

/**
 * Without a time of its own, a registration is only taken for a retry while nothing else was reported, or in
 * the moment in which it was heard: so a command knows its own fact when a lost answer has it decided anew.
 */
const maybeRepeated = (known: Resource, { arrival }: Fact, at: Ms | undefined, { now }: Context) =>
  at !== undefined || arrival === now || stateOf(heardBefore(known, now)) === "pending";

const idUsed = (id: string) =>
  refuse("id-used", `${id} was registered before, with other content or at another time.`);
