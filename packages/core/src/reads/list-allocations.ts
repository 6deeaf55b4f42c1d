import { Type } from "typebox";
import { type FindingKind, rankOf } from "../domain/finding.ts";
import { tag } from "../domain/indexed.ts";
import { formatInstant } from "../domain/instant.ts";
import type { Allocation } from "../domain/record.ts";
import { present } from "../domain/registration.ts";
import { Shape, Text } from "../domain/shapes.ts";
import { DEFAULT_LIMIT, PageOf, paging } from "./paging.ts";
import { read } from "./read.ts";
import { type Found, withGroups } from "./records.ts";
import { AllocationStateName, AllocationView, viewAllocation } from "./views/allocation.ts";
import { FindingKindName } from "./views/finding.ts";

export const listAllocations = read({
  name: "list-allocations",
  summary: "Allocations, the newest first.",
  route: "GET /v1/allocations",
  role: "read",
  input: Shape({
    state: Type.Optional(AllocationStateName),
    finding: Type.Optional(FindingKindName),
    application: Type.Optional(Text),
    module: Type.Optional(Text),
    label: Type.Optional(Text),
    ...paging,
  }),
  reply: PageOf(AllocationView),
  refusals: ["invalid-cursor"],

  async answer({ finding, label, limit = DEFAULT_LIMIT, cursor, ...columns }, { store, now, defaults }) {
    const rank = finding === undefined ? undefined : rankOf(finding as FindingKind);
    const tags = label === undefined ? [] : [tag.allocationLabel(label)];
    const where = present({ ...columns, finding: rank });
    const page = await store.query(
      present({ kind: "allocation" as const, where, tags, order: "newest" as const, limit, cursor }),
    );
    const found = (await withGroups(store, page.records)) as readonly Found<Allocation>[];
    const items = found.map((it) => viewAllocation(it, { now, defaults }));
    return { reply: { items, next: page.next ?? null, now: formatInstant(now) } };
  },
});
