import { Type } from "typebox";
import { type FindingKind, rankOf } from "../domain/finding.ts";
import { formatInstant } from "../domain/instant.ts";
import type { Session } from "../domain/record.ts";
import { present } from "../domain/registration.ts";
import { Shape, Text } from "../domain/shapes.ts";
import { readPage } from "../ports/stored-record.ts";
import { DEFAULT_LIMIT, PageOf, paging } from "./paging.ts";
import { read } from "./read.ts";
import { FindingKindName } from "./views/finding.ts";
import { SessionStateName, SessionView, viewSession } from "./views/session.ts";

export const listSessions = read({
  name: "list-sessions",
  summary: "Sessions, the newest first.",
  route: "GET /v1/sessions",
  role: "read",
  input: Shape({
    state: Type.Optional(SessionStateName),
    finding: Type.Optional(FindingKindName),
    application: Type.Optional(Text),
    module: Type.Optional(Text),
    ...paging,
  }),
  reply: PageOf(SessionView),
  refusals: ["invalid-cursor"],

  async answer({ finding, limit = DEFAULT_LIMIT, cursor, ...columns }, { store, ...moment }) {
    const rank = finding === undefined ? undefined : rankOf(finding as FindingKind);
    const where = present({ ...columns, finding: rank });
    const page = await store.query(
      present({ kind: "session" as const, where, order: "newest" as const, limit, cursor }),
    );
    const sessions = readPage(page.records) as readonly Session[];
    const items = sessions.map((session) => viewSession(session, moment));
    return { reply: { items, next: page.next ?? null, now: formatInstant(moment.now) } };
  },
});
