import type { Command } from "./command.ts";

/** A report that any engine may add to any record, with a reason that nobody else gives. */
type Report = (id: string, reason: string, at: string) => Command;

const report =
  (name: string, segment: string, kind: string, said: (reason: string) => object): Report =>
  (id, reason, at) => ({
    name,
    path: `/v1/resources/${id}/${segment}`,
    input: { id, ...said(reason), at },
    facts: [{ record: `resource ${id}`, says: { kind, ...said(reason) }, at }],
  });

const until = () => ({ until: "2090-01-01T00:00:00.000Z" });

export const REPORTS: readonly [Report, ...Report[]] = [
  report("report-unknown", "unknown", "unknown", (reason) => ({ reason })),
  report("report-failed", "failed", "failed", (reason) => ({ reason })),
  report("report-failed", "failed", "failed", (reason) => ({ reason, allAttempts: true })),
  report("report-releasing", "releasing", "releasing", () => ({ timeoutSeconds: 60 })),
  report("report-releasing", "releasing", "releasing", () => ({})),
  report("report-release-failed", "release-failed", "release-failed", (reason) => ({ reason })),
  report("extend", "extend", "extended", until),
];
