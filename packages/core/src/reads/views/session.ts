import { type Static, Type } from "typebox";
import { deriveSession, opened, SESSION_STATES } from "../../domain/derive-session.ts";
import { formatInstant } from "../../domain/instant.ts";
import type { Session } from "../../domain/record.ts";
import { present } from "../../domain/registration.ts";
import { Id, Instant, Shape, Text } from "../../domain/shapes.ts";
import { FindingView, viewFinding } from "./finding.ts";
import { Due, type Moment, oneOf, Version, viewDue } from "./standing.ts";

export const SessionStateName = oneOf(SESSION_STATES);

export const SessionView = Shape({
  id: Id,
  version: Version,
  state: SessionStateName,
  due: Due,
  findings: Type.Array(FindingView),
  application: Text,
  module: Text,
  ttlSeconds: Type.Integer(),
  host: Type.Optional(Text),
  pid: Type.Optional(Type.Integer()),
  opened: Instant,
  heard: Type.Optional({ ...Instant, description: "when it was heard last, as far as this server knows" }),
});

export function viewSession(session: Session, { now, heard }: Moment) {
  const { state, due, findings } = deriveSession(session, { now });
  const { application, module, ttlSeconds, host, pid, at } = opened(session);
  const last = heard?.(session.id);
  return present({
    id: session.id,
    version: session.facts.length,
    state,
    due: viewDue(due),
    findings: findings.map((finding) => viewFinding(session, finding)),
    application,
    module,
    ttlSeconds,
    host,
    pid,
    opened: formatInstant(at),
    heard: last === undefined ? undefined : formatInstant(last),
  }) as Static<typeof SessionView>;
}
