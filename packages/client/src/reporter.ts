import { Call, type Patience } from "./call.ts";
import { type CommandName, type Commands, itemOf, requestOf } from "./commands.ts";
import { deliver, type Line } from "./delivery.ts";
import type { Duration } from "./duration.ts";
import { type Answer, exchange, type HttpRequest } from "./http.ts";
import { Outbox } from "./outbox.ts";
import type { Runtime } from "./runtime.ts";
import { Session } from "./session.ts";
import { type Defaults, Settings } from "./settings.ts";
import type { RegisterIntentReply as Receipt } from "./wire.ts";

/** What every call may say of itself. */
export interface CallOptions {
  /** How long one call to drett may take with all its retries. */
  deadline?: Duration | undefined;
  /** Ends the waiting: the promise is rejected with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** How long something is taken back that nobody waits for any more. */
const SHORT = 2_000;

/** Says commands to drett and asks it questions. */
export class Reporter {
  readonly settings: Settings;
  readonly runtime: Runtime;
  readonly session: Session;
  readonly #line: Line;
  readonly #outbox: Outbox;

  constructor(defaults: Defaults, runtime: Runtime) {
    this.settings = new Settings(defaults, runtime);
    this.runtime = runtime;
    this.#line = {
      runtime,
      exchange: (request, signal) => exchange(this.settings.connection(), request, signal),
    };
    this.#outbox = new Outbox(this.#line);
    this.session = new Session(this);
  }

  /** The same with the time at which it happened: once stamped, a report keeps it over every retry. */
  stamp<Said extends object>(said: Said): Said & { at: string } {
    return { ...said, at: new Date(this.runtime.now()).toISOString() };
  }

  /** Returns once the server has it durably; without a time of its own it is stamped now. */
  async say<N extends CommandName>(name: N, said: Commands[N], options: CallOptions = {}): Promise<Receipt> {
    const stamped = said.at === undefined ? this.stamp(said) : said;
    const letter = { request: requestOf(name, stamped), item: itemOf(name, stamped), read: readReceipt };
    const call = new Call(letter, this.patience(options), this.runtime);
    this.#outbox.add(call as Call);
    return call.answer;
  }

  /** One short try to take back what an aborted call may have said: at worst drett finds it later. */
  async retract<N extends CommandName>(name: N, said: Commands[N]): Promise<void> {
    await this.say(name, said, { deadline: SHORT / 1000 }).catch(() => {});
  }

  async ask<T>(path: string, read: (body: unknown) => T, options: CallOptions = {}): Promise<T> {
    const call = new Call({ request: { method: "GET", path }, read }, this.patience(options), this.runtime);
    void deliver([call as Call], this.#line);
    return call.answer;
  }

  /** One try, and no other. */
  exchange(request: HttpRequest, signal: AbortSignal): Promise<Answer> {
    return this.#line.exchange(request, signal);
  }

  /** Throws what is wrong with the settings: an error of the call at once, not one to be retried. */
  patience({ deadline, signal }: CallOptions): Patience {
    this.settings.connection();
    return { deadline: this.settings.deadline(deadline), signal };
  }
}

/** A web page that answers 200 has recorded nothing. */
function readReceipt(body: unknown): Receipt {
  const receipt = body as Receipt | null;
  if (typeof receipt?.id !== "string") throw new Error("what answered is not drett: an id was expected");
  return receipt;
}
