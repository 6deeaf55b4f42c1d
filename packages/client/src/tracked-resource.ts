/// <reference lib="esnext.disposable" preserve="true" />

import { makeDisposable } from "./disposal.ts";
import type { Release, ReleaseOptions } from "./release.ts";
import type { CallOptions, Reporter } from "./reporter.ts";
import { Resource } from "./resource.ts";
import { required } from "./settings.ts";

/**
 * A resource that `track` created. At the end of an `await using` scope it is given back, if it has a `release`
 * function; without one it stays, for its TTL or for another process to release.
 */
export class TrackedResource<Value = undefined> extends Resource implements AsyncDisposable {
  /** Releases it, if it has a `release` function; for `await using`. */
  declare [Symbol.asyncDispose]: () => Promise<void>;
  declare externalId: string;
  /** What `acquire` returned as `value`. */
  readonly value: Value;
  readonly #release: Release | undefined;
  readonly #deadline: CallOptions["deadline"];

  /** @internal */
  constructor(
    reporter: Reporter,
    id: string,
    value: Value,
    { release, deadline }: { release?: Release | undefined } & CallOptions,
  ) {
    super(reporter, id);
    this.value = value;
    this.#release = release;
    this.#deadline = deadline;
  }

  /** As for every resource; without a function of its own it runs the one that was given to `track`. */
  override async release(release = this.#release, options: ReleaseOptions = {}): Promise<void> {
    await super.release(required("release", release), { deadline: this.#deadline, ...options });
  }

  /** @internal */
  get isReleasable(): boolean {
    return this.#release !== undefined;
  }
}

makeDisposable(TrackedResource, async (resource) => {
  if (resource.isReleasable) await resource.release();
});
