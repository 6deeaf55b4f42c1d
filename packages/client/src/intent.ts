import { type Duration, secondsOf } from "./duration.ts";
import { ArgumentInvalid, Refused } from "./errors.ts";
import { present } from "./present.ts";
import type { CallOptions, Reporter } from "./reporter.ts";
import { Resource } from "./resource.ts";
import { required } from "./settings.ts";
import type { RegisterIntent } from "./wire.ts";

/** What is about to be created. `application`, `module` and `owner` have defaults. */
export interface Intent extends CallOptions {
  /** What kind of thing, in your own words: `"vm"`, `"volume"`, `"port"`. */
  type: string;
  /** On whose account. */
  owner?: string | undefined;
  /** Which program. */
  application?: string | undefined;
  /** Which part of it. */
  module?: string | undefined;
  /** Your own id instead of a new one: 1 to 63 of a-z, 0-9 and `-`; used once. */
  id?: string | undefined;
  /** The id of the allocation that it belongs to. */
  allocation?: string | undefined;
  /** Where it lives: provider plus region, project or account, in one text. */
  scope?: string | undefined;
  /** The drett id of the resource that it is a part of. */
  parent?: string | undefined;
  /** Until when the outcome of the create call is promised; the server's default is 10 minutes. */
  timeout?: Duration | undefined;
  /** How long it may live once it exists; `null`: no end. The server's default is 24 hours. */
  ttl?: Duration | null | undefined;
  /** To find it by later; up to 64. */
  labels?: Record<string, string> | undefined;
  /** Whatever a person should see beside the record; JSON of up to 16 KiB. */
  data?: Record<string, unknown> | undefined;
  /** `false`: it outlives this process, and is no finding when that dies. */
  session?: false | undefined;
  /** What it costs while it exists. */
  price?: RegisterIntent["price"] | undefined;
}

const ID = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

export function checkedId(id: unknown): string {
  if (typeof id === "string" && ID.test(id)) return id;
  const rule = "1 to 63 of a-z, 0-9 and '-', beginning with a letter, not ending with '-'";
  throw new ArgumentInvalid("id", `id is ${String(id)}: give ${rule}`);
}

/** Registers the intent; the resource comes back once that is durable. */
export async function intend(reporter: Reporter, intent: Intent): Promise<Resource> {
  intent.signal?.throwIfAborted();
  const registration = registrationOf(reporter, intent);
  const watched = intent.session === false ? {} : reporter.session.nameIn(registration);
  const said = reporter.stamp({ ...registration, ...watched });
  try {
    await register(reporter, said, intent);
  } catch (error) {
    // The note may have arrived all the same; unless it is taken back, a person would have to look.
    if (intent.signal?.aborted) {
      await reporter.retract("report-failed", { id: said.id, reason: "aborted before it was tried" });
    }
    throw error;
  }
  return new Resource(reporter, said.id);
}

/** An older server opens no session along with a note, or has never heard of any: the note must not suffer from that. */
async function register(
  reporter: Reporter,
  said: RegisterIntent & { id: string },
  options: CallOptions,
): Promise<void> {
  try {
    await reporter.say("register-intent", said, options);
    if (said.opens) reporter.session.wasPromised();
  } catch (error) {
    const { opens, session, ...rest } = said;
    if (session === undefined || !(error instanceof Refused) || error.code !== "unknown-field") throw error;
    if (opens) reporter.session.openApart();
    else reporter.session.turnOff();
    return register(reporter, opens ? { ...rest, session } : rest, options);
  }
}

export function checkIntent(reporter: Reporter, intent: Intent): void {
  registrationOf(reporter, intent);
  reporter.patience(intent);
}

function registrationOf({ settings, runtime }: Reporter, intent: Intent): RegisterIntent & { id: string } {
  const { type, allocation, scope, parent, timeout, ttl, labels, data, price } = intent;
  const isOnItsOwn = allocation === undefined;
  return present({
    id: checkedId(intent.id ?? runtime.newId()),
    allocation,
    // The allocation knows the application too, so inside of one it need not be said.
    application: settings[isOnItsOwn ? "need" : "find"]("application", intent.application),
    module: settings.find("module", intent.module),
    type: required("type", type),
    owner: settings.need("owner", intent.owner),
    scope,
    parent,
    timeoutSeconds: timeout === undefined ? undefined : secondsOf(timeout, "timeout"),
    ttlSeconds: ttl === undefined || ttl === null ? ttl : secondsOf(ttl, "ttl"),
    labels,
    data,
    price,
  });
}
