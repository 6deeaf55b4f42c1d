import { backoff } from "./backoff.ts";
import { type Duration, secondsOf } from "./duration.ts";
import { DrettError, Refused } from "./errors.ts";
import type { Answer } from "./http.ts";
import { present } from "./present.ts";
import type { Reporter } from "./reporter.ts";
import type { HeartbeatReply, OpenSession, RegisterIntent } from "./wire.ts";

/** What drett, or its silence, says of your session. */
export type SessionNews =
  /** drett was not heard for a whole TTL: it may take what you have for left alone. */
  | { readonly kind: "lapsed" }
  /** It is heard again, and what was not lost meanwhile is yours again. */
  | { readonly kind: "recovered" }
  /** Claimed to be freed while you were not heard: it is not yours any more. */
  | { readonly kind: "lost"; readonly resource: string; readonly claim: number; readonly since: string };

export interface SessionOptions {
  /** How long you may be silent before drett takes you for dead, from `"5s"`; `false`: work without a session. */
  session?: false | Duration | undefined;
  /** Hears of a lapse, a recovery, a loss. */
  onSession?: ((news: SessionNews) => void) | undefined;
}

const DEFAULT_TTL = "60s";
const LONGEST_TRY = 10_000;
/** How long it is tried again to open what drett turns out not to know: the next beat shows what came of it. */
const REOPEN = "2s";
/** What a server answers that knows no sessions, keeps none, or lets this key have none. */
const WITHOUT_SESSIONS = new Set([400, 401, 403, 404, 405, 501]);

/** Says that this process is alive, from its first intent on. It never keeps the process alive, nor an intent waiting. */
export class Session {
  readonly #reporter: Reporter;
  #ttl = 0;
  #tell: (news: SessionNews) => void = () => {};
  #id: string | undefined;
  #said: (OpenSession & { id: string; at: string }) | undefined;
  #opening: Promise<boolean> | undefined;
  #isOff = false;
  /** drett has answered for it. */
  #isKnown = false;
  #opensApart = false;
  #stop = new AbortController();
  #alive = new AbortController();
  /** When drett last answered; before it has, there is nothing that could lapse. */
  #heard: number | undefined;
  #hasLapsed = false;
  readonly #lost = new Set<string>();

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  get id(): string | undefined {
    return this.#isOff ? undefined : this.#id;
  }

  /** Aborts when the session has lapsed or has lost something; the next one is good until that happens again. */
  get signal(): AbortSignal {
    return this.#alive.signal;
  }

  /**
   * What an intent says of it: its id, and until drett has answered for it, the promise that opens it together with the
   * note. So the one is never recorded without the other. A note of its own opens it on servers that know only that.
   */
  nameIn({
    application,
    module = application,
  }: Pick<Partial<RegisterIntent>, "application" | "module">): Pick<RegisterIntent, "session" | "opens"> {
    const { session = DEFAULT_TTL, onSession = () => {} } = this.#reporter.settings.session();
    if (this.#isOff || session === false || application === undefined || module === undefined) return {};
    this.#tell = onSession;
    this.#ttl = 1_000 * secondsOf(session, "session");
    this.#said ??= this.#plan(application, module);
    this.#opening ??= this.#open(this.#said);
    const { id, application: own, module: part, ...promise } = this.#said;
    const isOther = own !== application || part !== module;
    return this.#isKnown || this.#opensApart || isOther ? { session: id } : { session: id, opens: promise };
  }

  /** From now on drett may miss it: an intent that opens it was taken, or its own note was. */
  wasPromised(): void {
    this.#heard ??= this.#reporter.runtime.now();
  }

  /** The server opens none together with an intent. */
  openApart(): void {
    this.#opensApart = true;
  }

  /** The server does not know sessions. */
  turnOff(): void {
    this.#isOff = true;
    this.#stop.abort();
  }

  /** Ends it in order: what it leaves behind stays for its TTL. Never throws. */
  async close(): Promise<void> {
    const wasOpen = this.#opening && !this.#isOff;
    this.turnOff();
    if (!wasOpen || !(await this.#opening)) return;
    await this.#reporter.retract("close-session", { id: this.#id as string });
  }

  #plan(application: string, module: string) {
    const { runtime } = this.#reporter;
    this.#id = runtime.newId();
    const host = runtime.hostname();
    const plan = { id: this.#id, application, module, ttlSeconds: this.#ttl / 1_000, host, pid: runtime.pid };
    return this.#reporter.stamp(present(plan));
  }

  async #open(said: OpenSession & { id: string; at: string }): Promise<boolean> {
    // It beats whatever comes of this note: an intent may have opened it, and if nothing has, the beats find that out.
    void this.#beatOn();
    try {
      await this.#reporter.say("open-session", said);
      this.#isKnown = true;
      this.wasPromised();
    } catch (error) {
      return !this.#turnsOffFor(error);
    }
    return true;
  }

  /** Whether the server knows no sessions: it is used without one. */
  #turnsOffFor(error: unknown): boolean {
    const isWithout = error instanceof Refused && WITHOUT_SESSIONS.has(error.status);
    if (isWithout) this.turnOff();
    return isWithout;
  }

  async #beatOn(): Promise<void> {
    const { runtime } = this.#reporter;
    const stop = this.#stop.signal;
    for (let attempt = 0; !stop.aborted; ) {
      const third = (this.#ttl / 3) * (0.8 + 0.2 * runtime.random());
      await runtime.idle(attempt === 0 ? third : Math.min(third, backoff(attempt, runtime.random())), stop);
      if (stop.aborted) return;
      if (this.#isOverdue()) this.#lapse();
      attempt = (await this.#tryToBeat()) ? 0 : attempt + 1;
      if (this.#isOverdue()) this.#lapse();
    }
  }

  #isOverdue = () => this.#heard !== undefined && this.#reporter.runtime.now() - this.#heard >= this.#ttl;

  async #tryToBeat(): Promise<boolean> {
    try {
      const { status, body } = await this.#exchange();
      if (status === 200) this.#wasHeard(body as HeartbeatReply);
      // It was never opened, or drett came back from a backup that is older than it.
      else if (status === 404) await this.#reopen();
      else if (status === 409 || status === 410) this.#end();
      return status === 200;
    } catch {
      return false;
    }
  }

  async #exchange(): Promise<Answer> {
    const given = new AbortController();
    const { runtime } = this.#reporter;
    void runtime.idle(Math.min(LONGEST_TRY, this.#ttl / 3), given.signal).then(() => given.abort());
    try {
      return await this.#reporter.exchange(
        { method: "POST", path: `/v1/sessions/${this.#id}/heartbeat`, body: "{}" },
        given.signal,
      );
    } finally {
      given.abort();
    }
  }

  async #reopen(): Promise<void> {
    const said = this.#said as OpenSession & { id: string };
    await this.#reporter
      .say("open-session", said, { deadline: REOPEN })
      .catch((error) => this.#turnsOffFor(error));
  }

  /** Somebody else has closed it, or it lapsed so long ago that nothing is left of it: the next intent opens another. */
  #end(): void {
    this.#lapse();
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#said = this.#opening = this.#id = undefined;
    this.#isKnown = false;
    this.#heard = undefined;
  }

  #wasHeard({ lost }: HeartbeatReply): void {
    this.#heard = this.#reporter.runtime.now();
    this.#isKnown = true;
    if (this.#hasLapsed) {
      this.#hasLapsed = false;
      this.#tell({ kind: "recovered" });
    }
    for (const { resource, claim, since } of lost) this.#lose(resource, claim, since);
  }

  #lose(resource: string, claim: number, since: string): void {
    if (this.#lost.has(`${resource} ${claim}`)) return;
    this.#lost.add(`${resource} ${claim}`);
    this.#warn("claimed", `${resource} was claimed to be freed (claim ${claim}, since ${since})`);
    this.#tell({ kind: "lost", resource, claim, since });
  }

  #lapse(): void {
    if (this.#hasLapsed) return;
    this.#hasLapsed = true;
    this.#warn("session-lapsed", `drett did not hear session ${this.#id} for ${this.#ttl / 1_000} s`);
    this.#tell({ kind: "lapsed" });
  }

  #warn(code: string, message: string): void {
    this.#alive.abort(new DrettError(code, message));
    this.#alive = new AbortController();
  }
}
