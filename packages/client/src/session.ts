import { backoff } from "./backoff.ts";
import { type Duration, secondsOf } from "./duration.ts";
import { DrettError, Refused } from "./errors.ts";
import type { Answer } from "./http.ts";
import { present } from "./present.ts";
import type { Reporter } from "./reporter.ts";
import type { HeartbeatReply, OpenSession } from "./wire.ts";

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
  #stop = new AbortController();
  #alive = new AbortController();
  /** When drett last answered. */
  #heard = 0;
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

  /** The id to name in an intent: the note that opens it travels along with the first one. */
  nameIn({ application, module }: { application?: string | undefined; module?: string | undefined }) {
    const { session = DEFAULT_TTL, onSession = () => {} } = this.#reporter.settings.session();
    if (this.#isOff || session === false || application === undefined) return undefined;
    this.#tell = onSession;
    this.#ttl = 1_000 * secondsOf(session, "session");
    this.#said ??= this.#plan(application, module ?? application);
    this.#opening ??= this.#open(this.#said);
    return this.#id;
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
    try {
      await this.#reporter.say("open-session", said);
    } catch (error) {
      if (error instanceof Refused && WITHOUT_SESSIONS.has(error.status)) this.turnOff();
      // Unreachable: the next intent tries again.
      this.#opening = undefined;
      return false;
    }
    this.#heard = this.#reporter.runtime.now();
    void this.#beatOn();
    return true;
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

  #isOverdue = () => this.#reporter.runtime.now() - this.#heard >= this.#ttl;

  async #tryToBeat(): Promise<boolean> {
    try {
      const { status, body } = await this.#exchange();
      if (status === 200) this.#wasHeard(body as HeartbeatReply);
      // It came back from a backup that is older than the session.
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
    await this.#reporter.retract("open-session", this.#said as OpenSession & { id: string });
  }

  /** Somebody else has closed it, or it lapsed so long ago that nothing is left of it: the next intent opens another. */
  #end(): void {
    this.#lapse();
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#said = this.#opening = this.#id = undefined;
  }

  #wasHeard({ lost }: HeartbeatReply): void {
    this.#heard = this.#reporter.runtime.now();
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
