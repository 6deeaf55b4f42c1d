import type { Description } from "../fact.ts";

/** What a configured provider can do, and for what. */
export interface Served {
  /** As the configuration calls it. */
  readonly name: string;
  readonly types: readonly string[];
  /** Absent: of every scope. */
  readonly scopes?: readonly string[];
  readonly findable: "named" | "searched" | "no";
  readonly identity: "unique" | "guarded" | "reused";
  /** Whether it can be asked for one thing by its external id: without that, nothing is ever proven. */
  readonly looks: boolean;
}

/** The first that serves the type where it lives. */
export const servedBy = <S extends Served>(
  served: readonly S[],
  { type, scope }: Description,
): S | undefined =>
  served.find(
    ({ types, scopes }) =>
      types.includes(type) && (scopes === undefined || (scope !== undefined && scopes.includes(scope))),
  );
