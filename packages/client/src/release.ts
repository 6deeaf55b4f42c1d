import type { Duration } from "./duration.ts";
import { NoExternalId } from "./errors.ts";
import type { CallOptions } from "./reporter.ts";
import type { Fact, ResourceHistory } from "./views.ts";

/** What your release function is told. */
export interface Released {
  /** drett's id, by which the provider may know it as token, tag or name. */
  readonly id: string;
  /** The provider's id; reading it throws `NoExternalId` where nobody ever reported one. */
  readonly externalId: string;
  readonly signal: AbortSignal;
}

/** Deletes it; that it is not there any more should count as success, so that a repetition is harmless. */
export type Release = (resource: Released) => unknown;

export interface ReleaseOptions extends CallOptions {
  /** By when the delete is promised to be through; the server's default is 10 minutes. */
  timeout?: Duration | undefined;
}

export function releasedOf(id: string, externalId: string | undefined, signal?: AbortSignal): Released {
  return {
    id,
    get externalId() {
      if (externalId !== undefined) return externalId;
      throw new NoExternalId(`nobody reported what the provider calls ${id}: find it there by that id`);
    },
    signal: signal ?? new AbortController().signal,
  };
}

/** The external ids that are left to free: `undefined` stands for one that nobody knows. */
export function leftToFree({ state, externalIds, facts }: ResourceHistory): readonly (string | undefined)[] {
  if (state !== "freed") return externalIds.length > 0 ? externalIds : [undefined];
  // Some may have turned up beside what was freed.
  const freed = facts.filter(({ kind }) => kind === "freed");
  const named = new Set(freed.map(({ externalId, at }) => externalId ?? soleIdKnownAt(at, facts)));
  return externalIds.filter((externalId) => !named.has(externalId));
}

/** What a `freed` speaks of that names none; the server reads it in the same way. */
function soleIdKnownAt(time: string, facts: readonly Fact[]): unknown {
  const before = facts.filter(({ kind, at }) => kind === "allocated" && at <= time);
  const known = new Set(before.map(({ externalId }) => externalId));
  return known.size === 1 ? [...known][0] : undefined;
}
