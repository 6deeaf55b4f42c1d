import type { FoundFinding } from "./found.ts";
import type { Sign } from "./signature.ts";

/** Somebody who is told what is newly found. */
export interface Target {
  readonly name: string;
  readonly url: URL;
  /** Holds the secrets, so that nothing which shows a target shows them. */
  readonly sign: Sign;
  /** All kinds where it names none; so of the applications. */
  readonly kinds?: ReadonlySet<string>;
  readonly applications?: ReadonlySet<string>;
  /** At least so long from one message to the next. */
  readonly everyMs: number;
  /** It may be on this machine or in this network, and without TLS. */
  readonly isPrivate: boolean;
}

/** What may concern all applications is for whoever is told of all. */
export const wants = (
  { kinds, applications }: Pick<Target, "kinds" | "applications">,
  { kind, application = "" }: Pick<FoundFinding, "kind" | "application">,
): boolean => (kinds?.has(kind) ?? true) && (applications?.has(application) ?? true);
