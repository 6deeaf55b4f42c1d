import { Type } from "typebox";
import { type FindingKind, rankOf } from "../domain/finding.ts";
import { tag } from "../domain/indexed.ts";
import { formatInstant } from "../domain/instant.ts";
import type { Resource } from "../domain/record.ts";
import { present } from "../domain/registration.ts";
import { Id, Shape, Text } from "../domain/shapes.ts";
import { DEFAULT_LIMIT, PageOf, paging } from "./paging.ts";
import { read } from "./read.ts";
import { type Found, withGroups } from "./records.ts";
import { FindingKindName } from "./views/finding.ts";
import { ResourceStateName, ResourceView, viewResource } from "./views/resource.ts";

export const listResources = read({
  name: "list-resources",
  summary: "Resources, the newest first, by what they are and how they stand.",
  route: "GET /v1/resources",
  role: "read",
  input: Shape({
    state: Type.Optional(ResourceStateName),
    finding: Type.Optional(FindingKindName),
    application: Type.Optional(Text),
    module: Type.Optional(Text),
    owner: Type.Optional(Text),
    type: Type.Optional(Text),
    allocation: Type.Optional(Id),
    session: Type.Optional(Id),
    externalId: Type.Optional(Text),
    label: Type.Optional(Type.Array(Text, { maxItems: 8, description: "key=value; several: all of them" })),
    ...paging,
  }),
  reply: PageOf(ResourceView),
  refusals: ["invalid-cursor"],

  async answer(
    { finding, externalId, session, label = [], limit = DEFAULT_LIMIT, cursor, ...columns },
    { store, now, defaults },
  ) {
    const rank = finding === undefined ? undefined : rankOf(finding as FindingKind);
    const tags = [
      ...(externalId === undefined ? [] : [tag.externalId(externalId)]),
      ...(session === undefined ? [] : [tag.session(session)]),
      ...label.map((pair) => `label ${pair}`),
    ];
    const where = present({ ...columns, finding: rank });
    const page = await store.query(
      present({ kind: "resource" as const, where, tags, order: "newest" as const, limit, cursor }),
    );
    const found = (await withGroups(store, page.records)) as readonly Found<Resource>[];
    const items = found.map((it) => viewResource(it, { now, defaults }));
    return { reply: { items, next: page.next ?? null, now: formatInstant(now) } };
  },
});
