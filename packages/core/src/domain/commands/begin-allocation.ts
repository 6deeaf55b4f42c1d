import { Type } from "typebox";
import { accept, type Context, command, create, isRefusal } from "../command.ts";
import { begun, stateOfAllocation } from "../derive-allocation.ts";
import { type AllocationReport, isRepeated, type Ms } from "../fact.ts";
import { parseInstant } from "../instant.ts";
import type { Usages } from "../quota.ts";
import { type Allocation, heardBefore, newAllocation, type Resource, withReport } from "../record.ts";
import { refuse } from "../refusal.ts";
import { present } from "../registration.ts";
import { Id, Instant, LIMITS, Seconds, Shape, Text } from "../shapes.ts";
import { allocationKey, overlaid, resourceKey } from "../view.ts";
import { MemberIntent, Registered, register, watchedBy } from "./register-intent.ts";

export const beginAllocation = command({
  name: "begin-allocation",
  summary: "I am about to create these together, by one deadline.",
  route: "POST /v1/allocations",
  role: "report",
  input: Shape({
    id: Type.Optional(Id),
    application: Text,
    module: Text,
    timeoutSeconds: Type.Optional(Seconds),
    label: Type.Optional(Text),
    session: Type.Optional(Id),
    resources: Type.Optional(Type.Array(MemberIntent, { maxItems: LIMITS.resourcesPerAllocation })),
    at: Type.Optional(Instant),
  }),
  reply: Shape({ id: Id, resources: Type.Array(Registered) }),
  creates: true,
  refusals: ["id-used", "quota-reached"],

  keys: ({ id, session, resources = [] }) => [
    ...(id === undefined ? [] : [allocationKey(id)]),
    ...[session, ...resources.map((resource) => resource.session)].flatMap(watchedBy),
    ...resources.flatMap((resource, place) => {
      const memberId = resource.id ?? memberIdOf(id, place);
      return memberId === undefined ? [] : [resourceKey(memberId)];
    }),
  ],

  decide(view, { id, at, resources = [], ...plan }, context) {
    const allocationId = id ?? context.newId();
    if (view.tombstone("allocation", allocationId)) {
      return refuse("id-used", `${allocationId} was used before, and was pruned.`);
    }
    const told = parseInstant(at);
    const said = present({ kind: "begun" as const, ...plan });
    const known = view.allocation(allocationId);
    if (known && !isReplay(known, said, told, context)) {
      return refuse("id-used", `${allocationId} was begun before, with other content or at another time.`);
    }
    const allocation = known ?? withReport(newAllocation(allocationId), said, told, context);
    const members: Resource[] = [];
    const planned: Usages = new Map();
    const registered: { id: string }[] = [];
    for (const [place, resource] of resources.entries()) {
      const memberId = memberIdOf(id, place);
      const intent = { at, id: memberId, ...resource, allocation: allocationId };
      const decision = register(overlaid(view, [allocation, ...members]), intent, context, planned);
      if (isRefusal(decision)) return decision;
      members.push(...(decision.records as Resource[]));
      registered.push(decision.reply);
    }
    const reply = { id: allocationId, resources: registered };
    return known ? accept(reply, ...members) : create(reply, allocation, ...members);
  },
});

/** Without a time of its own, it is only taken for a retry while the allocation is open, or in its own moment. */
const isReplay = (known: Allocation, said: AllocationReport, at: Ms | undefined, { now }: Context) =>
  isRepeated(begun(known), said, at) &&
  (at !== undefined || begun(known).arrival === now || stateOfAllocation(heardBefore(known, now)) === "open");

/** Told from the id that the engine chose, so that a retry means the same members; cut so that it stays an id. */
const memberIdOf = (id: string | undefined, place: number) =>
  id === undefined ? undefined : `${id.slice(0, 58)}-${place + 1}`.replace(/-+(?=-\d+$)/, "");
