import { NoExternalId, type ReportLost } from "./errors.ts";
import { checkIntent, type Intent, intend } from "./intent.ts";
import { judge } from "./outcome.ts";
import type { Release } from "./release.ts";
import type { Reporter } from "./reporter.ts";
import { required } from "./settings.ts";
import { TrackedResource } from "./tracked-resource.ts";

/** What your create function is told. */
export interface Acquiring {
  /** The drett id: put it into the create call as token, tag or name, so that the provider can be asked for it. */
  readonly id: string;
  /** Which of many, from 0; 0 for `track`. */
  readonly index: number;
  /** The signal of the call, or one that never aborts. */
  readonly signal: AbortSignal;
}

/** What your create function may return instead of just the provider's id. */
export interface Acquired<Value = undefined> {
  /** The provider's id. */
  externalId: string | number | bigint;
  /** What a person should see beside the record: an address, a host name. */
  data?: Record<string, unknown>;
  /** Whatever you need further on: it is handed through as `value`, and drett never sees it. */
  value?: Value;
}

export interface TrackOptions<Value = undefined> extends Intent {
  /**
   * Creates the thing, and returns the provider's id of it, alone or as `externalId` with `data` and `value`.
   * It runs once the intent is durable. What it throws is thrown on, recorded as `failed` or `unknown`.
   */
  acquire: (acquiring: Acquiring) => AcquiredOrId<Value> | Promise<AcquiredOrId<Value>>;
  /** Deletes the thing; runs at the end of an `await using` scope, or when `release()` is called. */
  release?: Release | undefined;
}
export type AcquiredOrId<Value> = string | number | bigint | Acquired<Value>;

/** What came of one create call. */
export type Outcome<Value> =
  | { readonly outcome: "allocated"; readonly resource: TrackedResource<Value>; readonly lost?: ReportLost }
  | {
      readonly outcome: "failed" | "unknown";
      readonly id: string;
      readonly reason: string;
      readonly error: unknown;
    };

/** Note, create, note. Throws only where the intent could not be noted: nothing was tried then. */
export async function acquire<Value>(
  reporter: Reporter,
  options: TrackOptions<Value>,
  index = 0,
): Promise<Outcome<Value>> {
  checkTracking(reporter, options);
  const { signal, deadline } = options;
  const resource = await intend(reporter, options);
  const { id } = resource;
  let acquired: Acquired<Value> & { externalId: string };
  try {
    acquired = read(await options.acquire({ id, index, signal: signal ?? new AbortController().signal }));
  } catch (error) {
    const verdict = judge(error, signal);
    // Your error matters more than that drett did not hear of it: the intent is noted, and comes due.
    await resource.reportVerdict(verdict, { deadline }).catch(() => {});
    return { outcome: verdict.outcome, id, reason: verdict.reason, error };
  }
  // From here on it exists: no failure says `unknown`, and an abort does not keep drett from hearing of it.
  const { externalId, data, value } = acquired;
  const tracked = new TrackedResource<Value>(reporter, id, value as Value, options);
  try {
    await tracked.allocated(externalId, { data, deadline });
  } catch (error) {
    return { outcome: "allocated", resource: tracked, lost: error as ReportLost };
  }
  return { outcome: "allocated", resource: tracked };
}

/** Throws what is wrong with the options, before anything is done. */
export function checkTracking<Value>(reporter: Reporter, options: TrackOptions<Value>): void {
  required("acquire", options.acquire);
  checkIntent(reporter, options);
}

function read<Value>(returned: AcquiredOrId<Value>): Acquired<Value> & { externalId: string } {
  const acquired = typeof returned === "object" && returned !== null ? returned : { externalId: returned };
  const { externalId } = acquired;
  const isId =
    typeof externalId === "number"
      ? Number.isFinite(externalId)
      : ["string", "bigint"].includes(typeof externalId);
  const text = isId ? String(externalId) : "";
  if (text.length > 0 && text.length <= 1024) return { ...acquired, externalId: text };
  const rule = "the provider's id of 1 to 1,024 characters, or an object with that as `externalId`";
  throw new NoExternalId(`acquire did not return an external id: return ${rule}`);
}
