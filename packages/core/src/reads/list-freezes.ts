import { Type } from "typebox";
import { formatInstant } from "../domain/instant.ts";
import type { Freeze } from "../domain/reclaim/freeze.ts";
import { present } from "../domain/registration.ts";
import { Shape } from "../domain/shapes.ts";
import { readPage } from "../ports/stored-record.ts";
import { DEFAULT_LIMIT, PageOf, paging } from "./paging.ts";
import { read } from "./read.ts";
import { FreezeStateName, FreezeView, viewFreeze } from "./views/freeze.ts";

export const listFreezes = read({
  name: "list-freezes",
  summary: "Why nothing is freed for now, and was not before; the newest first.",
  route: "GET /v1/freezes",
  role: "read",
  input: Shape({ state: Type.Optional(FreezeStateName), ...paging }),
  reply: PageOf(FreezeView),
  refusals: ["invalid-cursor"],

  async answer({ state, limit = DEFAULT_LIMIT, cursor }, { store, now }) {
    const where = present({ state });
    const page = await store.query(
      present({ kind: "freeze" as const, where, order: "newest" as const, limit, cursor }),
    );
    const freezes = readPage(page.records) as readonly Freeze[];
    const items = freezes.map((freeze) => viewFreeze(freeze, { now }));
    return { reply: { items, next: page.next ?? null, now: formatInstant(now) } };
  },
});
