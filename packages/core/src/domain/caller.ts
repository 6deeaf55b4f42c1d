import { begun } from "./derive-allocation.ts";
import { opened } from "./derive-session.ts";
import { describe, type Record } from "./record.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** What somebody may do. None includes another: a key that is for several has several. */
export const ROLES = ["report", "read", "decide", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Somebody who was let in by an API key. */
export interface KeyHolder {
  /** The name of the key: the actor of what is recorded. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** Those whose records exist for it; all of them where it says none. */
  readonly applications?: readonly string[];
}

/** Who asks. A name alone may do everything: drett itself is one, and whoever comes where there are no keys. */
export type Caller = string | KeyHolder;

export const nameOf = (caller: Caller): string => (typeof caller === "string" ? caller : caller.name);

/** Nothing: those of all applications. */
export const applicationsOf = (caller: Caller): readonly string[] | undefined =>
  typeof caller === "string" ? undefined : caller.applications;

/** Why the caller may not do what needs this role. */
export function lacks(caller: Caller, role: Role): Refusal | undefined {
  if (typeof caller === "string" || caller.roles.includes(role)) return undefined;
  return refuse("role-missing", `This needs the role ${role}, which the key ${caller.name} does not have.`, {
    role,
  });
}

/** Of what concerns several applications, or all: only whoever sees all of them sees it. */
const EVERYBODY = "drett";

export function applicationOf(record: Record): string {
  switch (record.kind) {
    case "resource":
      return describe(record).application;
    case "allocation":
      return begun(record).application;
    case "session":
      return opened(record).application;
    case "freeze":
    case "plan":
      return EVERYBODY;
  }
}

export function sees(applications: readonly string[] | undefined, record: Record): boolean {
  return applications === undefined || applications.includes(applicationOf(record));
}
