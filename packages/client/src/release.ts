import type { Duration } from "./duration.ts";
import { NoExternalId } from "./errors.ts";
import type { CallOptions } from "./reporter.ts";
import type { ResourceHistory } from "./views.ts";

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
export function leftToFree({ state, externalIds, liveExternalIds }: ResourceHistory) {
  if (externalIds.length > 0) return liveExternalIds;
  return state === "freed" || state === "never-created" ? [] : [undefined];
}
