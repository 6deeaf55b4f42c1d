import { acquire, type TrackOptions } from "./acquire.ts";
import { type Duration, secondsOf } from "./duration.ts";
import { ReportLost } from "./errors.ts";
import { acquireMany, type Fleet, type TrackManyOptions } from "./fleet.ts";
import { checkedId, type Intent, intend } from "./intent.ts";
import { present } from "./present.ts";
import { reasonOf } from "./reason.ts";
import type { CallOptions, Reporter } from "./reporter.ts";
import type { Resource } from "./resource.ts";
import type { TrackedResource } from "./tracked-resource.ts";

export interface AllocationOptions extends CallOptions {
  /** By when all of it is promised to be there; the server's default is 10 minutes. */
  timeout?: Duration | undefined;
  /** Your own name for it, to find it by. */
  label?: string | undefined;
  application?: string | undefined;
  module?: string | undefined;
  /** The owner of its resources, where they name none themselves. */
  owner?: string | undefined;
  /** Your own id instead of a new one. */
  id?: string | undefined;
}

/** Obtains resources as parts of one allocation. What it tracks outlives it. */
export class AllocationBlock {
  /** drett's id of the allocation. */
  readonly id: string;
  readonly #reporter: Reporter;
  readonly #defaults: Pick<Intent, "allocation" | "application" | "module" | "owner" | "signal" | "deadline">;

  /** @internal */
  constructor(
    reporter: Reporter,
    id: string,
    defaults: Pick<Intent, "application" | "module" | "owner"> & CallOptions,
  ) {
    this.id = id;
    this.#reporter = reporter;
    this.#defaults = { ...defaults, allocation: id };
  }

  /** As `Drett.track`. */
  track<Value = undefined>(options: TrackOptions<Value>): Promise<TrackedResource<Value>> {
    return track(this.#reporter, this.#within(options));
  }

  /** As `Drett.trackMany`. */
  trackMany<Value = undefined>(count: number, options: TrackManyOptions<Value>): Promise<Fleet<Value>> {
    return acquireMany(this.#reporter, count, this.#within(options));
  }

  /** As `Drett.intend`. */
  intend(intent: Intent): Promise<Resource> {
    return intend(this.#reporter, this.#within(intent));
  }

  #within<Options extends object>(options: Options): Options {
    return { ...this.#defaults, ...present(options), allocation: this.id } as Options;
  }
}

export async function track<Value>(
  reporter: Reporter,
  options: TrackOptions<Value>,
): Promise<TrackedResource<Value>> {
  const outcome = await acquire(reporter, options);
  if (outcome.outcome !== "allocated") throw outcome.error;
  if (outcome.lost) throw outcome.lost;
  return outcome.resource;
}

/** Begins an allocation, runs the function, and finishes it: done if it returned, failed if it threw. */
export async function allocate<Result>(
  reporter: Reporter,
  options: AllocationOptions,
  use: (block: AllocationBlock) => Promise<Result> | Result,
): Promise<Result> {
  const { settings } = reporter;
  const { timeout, label, owner, signal, deadline } = options;
  const id = checkedId(options.id ?? reporter.runtime.newId());
  const application = settings.need("application", options.application);
  const module = settings.need("module", options.module);
  const timeoutSeconds = timeout === undefined ? undefined : secondsOf(timeout, "timeout");
  signal?.throwIfAborted();
  try {
    await reporter.say(
      "begin-allocation",
      present({ id, application, module, timeoutSeconds, label }),
      options,
    );
  } catch (error) {
    // It may have begun all the same; unless it is closed, a person would have to look.
    if (signal?.aborted) {
      const reason = "aborted before it was tried";
      await reporter.retract("finish-allocation", { id, outcome: "failed", reason });
    }
    throw error;
  }

  const block = new AllocationBlock(reporter, id, { application, module, owner, signal, deadline });
  let result: Result;
  try {
    result = await use(block);
  } catch (error) {
    const failed = { id, outcome: "failed", reason: reasonOf(error) } as const;
    // Your error matters more than that drett did not hear of it: the allocation comes due.
    await reporter.say("finish-allocation", failed, { deadline }).catch(() => {});
    throw error;
  }
  try {
    await reporter.say("finish-allocation", { id, outcome: "done" }, { deadline });
  } catch (error) {
    // Overdue, its resources count as abandoned: the caller must know, and must not lose what it has.
    throw new ReportLost("finished", { id, result }, { cause: error });
  }
  return result;
}
