import { type Static, Type } from "typebox";
import { type FindingKind, rankOf } from "../domain/finding.ts";
import { formatInstant } from "../domain/instant.ts";
import { present } from "../domain/registration.ts";
import { Shape, Text } from "../domain/shapes.ts";
import { DEFAULT_LIMIT, PageOf, paging } from "./paging.ts";
import { read } from "./read.ts";
import { type Found, withGroups } from "./records.ts";
import { AllocationView, viewAllocation } from "./views/allocation.ts";
import { FindingKindName, FindingView } from "./views/finding.ts";
import { FreezeView, viewFreeze } from "./views/freeze.ts";
import { PlanView, viewPlan } from "./views/plan.ts";
import { ResourceView, viewResource } from "./views/resource.ts";
import { SessionView, viewSession } from "./views/session.ts";
import { type Moment } from "./views/standing.ts";

const Subject = Shape({
  ...FindingView.properties,
  resource: Type.Optional(ResourceView),
  allocation: Type.Optional(AllocationView),
  session: Type.Optional(SessionView),
  freeze: Type.Optional(FreezeView),
  plan: Type.Optional(PlanView),
});

/** A record stands in it once, under the worst of its findings; the others are within the record. */
export const listFindings = read({
  name: "list-findings",
  summary: "What is wrong, worst first, each with its evidence.",
  route: "GET /v1/findings",
  role: "read",
  input: Shape({
    kind: Type.Optional(FindingKindName),
    application: Type.Optional(Text),
    module: Type.Optional(Text),
    owner: Type.Optional(Text),
    type: Type.Optional(Text),
    ...paging,
  }),
  reply: PageOf(Subject),
  refusals: ["invalid-cursor"],

  async answer({ kind, limit = DEFAULT_LIMIT, cursor, ...columns }, { store, now, defaults }) {
    const rank = kind === undefined ? undefined : rankOf(kind as FindingKind);
    const where = present({ ...columns, finding: rank });
    const page = await store.query(present({ where, order: "finding" as const, limit, cursor }));
    const found = await withGroups(store, page.records);
    const items = found.flatMap((it) => subjectOf(it, { now, defaults }));
    return { reply: { items, next: page.next ?? null, now: formatInstant(now) } };
  },
});

/** Nothing where the finding has passed since it was stored: the sweep is about to take it off. */
function subjectOf(found: Found, moment: Moment): Static<typeof Subject>[] {
  const subject = viewRecord(found, moment);
  const { findings } = Object.values(subject)[0] as { findings: FindingView[] };
  return findings.slice(0, 1).map((worst) => ({ ...worst, ...subject }));
}

/** Under the name of its kind. */
function viewRecord(found: Found, moment: Moment) {
  const { record } = found;
  switch (record.kind) {
    case "resource":
      return { resource: viewResource({ ...found, record }, moment) };
    case "allocation":
      return { allocation: viewAllocation({ ...found, record }, moment) };
    case "session":
      return { session: viewSession(record, moment) };
    case "freeze":
      return { freeze: viewFreeze(record, moment) };
    case "plan":
      return { plan: viewPlan(record, moment) };
  }
}
