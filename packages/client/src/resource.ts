import type { CommandName, Commands } from "./commands.ts";
import type { Deciding, Decision, Holding } from "./decision.ts";
import { type Duration, secondsOf, timeOf } from "./duration.ts";
import { Notes } from "./notes.ts";
import { judge, type Verdict } from "./outcome.ts";
import { present } from "./present.ts";
import { readOutlook, readResource } from "./reads.ts";
import { reasonOf } from "./reason.ts";
import { leftToFree, type Release, type ReleaseOptions, releasedOf } from "./release.ts";
import type { CallOptions, Reporter } from "./reporter.ts";
import { required } from "./settings.ts";
import type { PolicyOutlook } from "./views.ts";

/** One tracked thing, by its drett id. Every report returns once the server has it durably. */
export class Resource {
  /** drett's id of it: what goes into the create call as token, tag or name. */
  readonly id: string;
  /** The provider's id of it, as far as this object was told. */
  externalId: string | undefined;
  readonly #reporter: Reporter;
  readonly #notes: Notes;
  #isGone = false;
  #releasing: Promise<void> | undefined;

  constructor(reporter: Reporter, id: string) {
    this.#reporter = reporter;
    this.#notes = new Notes(reporter, id);
    this.id = id;
  }

  /**
   * It exists, and the provider calls it `externalId`. Say it outside of the `try` around your create call: if
   * this fails, the thing exists all the same.
   * @throws ReportLost, with the external id
   */
  async allocated(
    externalId: string,
    { data, ...options }: CallOptions & { data?: Record<string, unknown> | undefined } = {},
  ): Promise<void> {
    this.externalId = externalId;
    this.#notes.addAllocated(externalId, data);
    await this.#notes.deliver(options);
  }

  /**
   * The create call threw this. Recorded as failed where that is certain, else as unknown with the reason;
   * says which. Throw or give a `NotCreated` where you know better.
   */
  async notAllocated(error: unknown, options?: CallOptions): Promise<"failed" | "unknown"> {
    const verdict = judge(error);
    await this.reportVerdict(verdict, options);
    return verdict.outcome;
  }

  /** @internal */
  async reportVerdict({ outcome, ...said }: Verdict, options?: CallOptions): Promise<void> {
    await this.#say(`report-${outcome}`, said, options);
  }

  /** About to be deleted, by the time that `timeout` says; 10 minutes where it says nothing. */
  async releasing({
    timeout,
    ...options
  }: CallOptions & { timeout?: Duration | undefined } = {}): Promise<void> {
    const timeoutSeconds = timeout === undefined ? undefined : secondsOf(timeout, "timeout");
    await this.#say("report-releasing", present({ timeoutSeconds }), options);
  }

  /** The delete failed: it may still be there. */
  async releaseFailed(error: unknown, options?: CallOptions): Promise<void> {
    await this.#say("report-release-failed", { reason: reasonOf(error) }, options);
  }

  /**
   * It is gone. Where it had several external ids, name the one that is.
   * @throws ReportLost
   */
  async freed({
    externalId = this.externalId,
    ...options
  }: CallOptions & { externalId?: string } = {}): Promise<void> {
    this.#notes.addFreed(externalId);
    if (externalId === this.externalId) this.#isGone = true;
    await this.#notes.deliver(options);
  }

  /** Keep it until a time, or for so long from now; the latest time wins. */
  async extend(until: Date | Duration, options?: CallOptions): Promise<void> {
    await this.#say("extend", { until: timeOf(until, this.#reporter.runtime.now()) }, options);
  }

  /**
   * A person has seen it at the provider, under this external id.
   * @throws Refused with `changed-since` if the record is not any more what was seen
   */
  async confirmExists(externalId: string, decision: Decision): Promise<void> {
    await this.#decide("confirm-exists", decision, { externalId });
  }

  /** A person has looked, and it is not there any more. */
  async confirmGone(decision: Decision): Promise<void> {
    await this.#decide("confirm-gone", decision);
  }

  /** A person has looked, and nothing came of it. */
  async confirmNeverCreated(decision: Decision): Promise<void> {
    await this.#decide("confirm-never-created", decision);
  }

  /** Nobody will look after it any more, though it may still exist. */
  async forget(decision: Decision): Promise<void> {
    await this.#decide("forget", decision);
  }

  /** drett frees it, whatever the policies say, and proves it gone; the record tells how far that is. */
  async reclaim(decision: Decision): Promise<void> {
    await this.#decide("reclaim-now", decision);
  }

  /** What drett would do with it, and when; or why it does nothing. */
  async policy(options?: CallOptions): Promise<PolicyOutlook> {
    return this.#reporter.ask(`/v1/resources/${this.id}/policy`, readOutlook, options);
  }

  /** Hands off it until a time, or for so long from now. Returns the id by which the hold is lifted. */
  async hold(until: Date | Duration, { reason, hold, ...options }: Holding): Promise<string> {
    const named = hold ?? this.#reporter.runtime.newId();
    await this.#say(
      "hold",
      { hold: named, until: timeOf(until, this.#reporter.runtime.now()), reason },
      options,
    );
    return named;
  }

  /** Lifts one hold; others stand. */
  async unhold(hold: string, { seen, reason, ...options }: Omit<Decision, "decision">): Promise<void> {
    await this.#say("unhold", { hold, seen, reason }, options);
  }

  /**
   * Gives it back: notes that it is about to go, runs your function, notes that it is gone. If your function
   * throws, that is noted, and thrown on. Once it has worked, further calls do nothing; calls at the same time
   * share one run. In another process than the one that created it, drett is asked for the external id; one
   * that is freed already is left alone, and of several each gets a run.
   *
   * That drett does not take the first note never keeps your function from running: the record stays live, so
   * whatever is left is found. Only where it must be asked for the external id, it has to answer.
   * @throws ReportLost if it is gone and drett could not be told; another call only tells it again
   */
  release(release: Release, options: ReleaseOptions = {}): Promise<void> {
    this.#releasing ??= this.#release(release, options).catch((error) => {
      this.#releasing = undefined;
      throw error;
    });
    return this.#releasing;
  }

  async #release(release: Release, options: ReleaseOptions): Promise<void> {
    const { signal, timeout, ...patient } = options;
    required("release", release);
    this.#reporter.patience(options);
    const timeoutSeconds = timeout === undefined ? undefined : secondsOf(timeout, "timeout");
    if (!this.#isGone) {
      const left = await this.#leftToFree(options);
      if (left.length === 0) return;
      // In one tick, so that they travel together.
      const told = this.#notes.tell(options);
      const releasing = this.#say("report-releasing", present({ timeoutSeconds }), options);
      await Promise.allSettled([told, releasing]);
      signal?.throwIfAborted();
      for (const externalId of left) await this.#run(release, externalId, options);
      this.#isGone = true;
    }
    // What is done is done: an abort does not keep drett from hearing of it.
    await this.#notes.deliver(patient);
  }

  async #leftToFree(options: CallOptions): Promise<readonly (string | undefined)[]> {
    if (this.externalId !== undefined) return [this.externalId];
    return leftToFree(await readResource(this.#reporter, this.id, options));
  }

  async #run(release: Release, externalId: string | undefined, options: ReleaseOptions): Promise<void> {
    const { signal, ...patient } = options;
    try {
      await release(releasedOf(this.id, externalId, signal));
    } catch (error) {
      // Without this note it is overdue instead: found as well, only later.
      await Promise.allSettled([this.releaseFailed(error, patient), this.#notes.tell(patient)]);
      throw error;
    }
    this.#notes.addFreed(externalId);
  }

  /** Its id goes along in every retry, so that one decision is recorded. */
  async #decide(name: Deciding, decision: Decision, more?: object): Promise<void> {
    const { seen, reason, decision: id = this.#reporter.runtime.newId(), ...options } = decision;
    const said = { seen, reason, decision: id, ...more };
    await this.#say(name, said, options);
  }

  async #say<N extends CommandName>(
    name: N,
    said: Omit<Commands[N], "id">,
    options?: CallOptions,
  ): Promise<void> {
    await this.#reporter.say(name, { id: this.id, ...said } as Commands[N], options);
  }
}
