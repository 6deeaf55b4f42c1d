import { applicationsOf, type Caller, sees } from "./caller.ts";
import { type Command, type Context, type Decision, isRefusal } from "./command.ts";
import type { Record } from "./record.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { recordIn, type View } from "./view.ts";

/**
 * What the command comes to for a caller for whom the records of some applications exist, and no others. One thing
 * cannot be hidden: that an id is taken.
 */
export function decideFor(
  caller: Caller,
  command: Command,
  view: View,
  input: never,
  context: Context,
): Decision<unknown> {
  const applications = applicationsOf(caller);
  if (applications === undefined) return command.decide(view, input, context);
  const decision = command.decide(seenBy(applications, view), input, context);
  if (isRefusal(decision)) return decision;
  const refusals = decision.records.map((record) => outOfReach(applications, view, record));
  return refusals.find((refusal) => refusal !== undefined) ?? decision;
}

/** What others own is not there. */
function seenBy(applications: readonly string[], view: View): View {
  const ifSeen = <R extends Record>(record: R | undefined) =>
    record && sees(applications, record) ? record : undefined;
  return {
    resource: (id) => ifSeen(view.resource(id)),
    allocation: (id) => ifSeen(view.allocation(id)),
    session: (id) => ifSeen(view.session(id)),
    freeze: (id) => ifSeen(view.freeze(id)),
    plan: (id) => ifSeen(view.plan(id)),
    tombstone(kind, id) {
      const tombstone = view.tombstone(kind, id);
      return tombstone && applications.includes(tombstone.application) ? tombstone : undefined;
    },
    resourcesTagged: (tag) => view.resourcesTagged(tag).filter((record) => sees(applications, record)),
  };
}

function outOfReach(applications: readonly string[], view: View, record: Record): Refusal | undefined {
  if (!sees(applications, record)) {
    return refuse("foreign-application", `The key is for ${applications.join(", ")}, and for no other.`);
  }
  const there = recordIn(view, record);
  const isTheirs = there && !sees(applications, there);
  const isTaken = isTheirs || view.tombstone(record.kind, record.id) !== undefined;
  return isTaken ? refuse("id-used", `${record.id} is taken.`) : undefined;
}
