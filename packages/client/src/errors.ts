import type { Problem } from "./wire.ts";

/** What all errors of this client have in common: a stable `code` to act upon. */
export class DrettError extends Error {
  override get name() {
    return "DrettError";
  }
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** drett answered, and not with a yes. `code` is the server's, such as `id-used` or `unknown-resource`. */
export class Refused extends DrettError {
  override get name() {
    return "Refused";
  }
  readonly status: number;
  /** What is wrong in this case. */
  readonly detail: string;
  /** What to do about it, where drett knows. */
  readonly remedy: string | undefined;

  constructor(status: number, problem: Partial<Problem>) {
    const detail = problem.detail ?? problem.title ?? "";
    const code = problem.code ?? `http-${status}`;
    const words = [`drett refused (${status} ${code}): ${detail}`, problem.remedy];
    super(code, words.filter(Boolean).join(" "));
    this.status = status;
    this.detail = detail;
    this.remedy = problem.remedy;
  }
}

/** The deadline passed before drett answered. Whether it heard is not known; `cause` is what came of the last try. */
export class Unreachable extends DrettError {
  override get name() {
    return "Unreachable";
  }
  constructor(message: string, options?: ErrorOptions) {
    super("unreachable", message, options);
  }
}

/**
 * The thing was done, and drett does not know it: the note after it was refused or could not be delivered
 * (`cause` says which). It carries what you need to go on.
 */
export class ReportLost extends DrettError {
  override get name() {
    return "ReportLost";
  }
  /** What drett was to be told. */
  readonly report: "allocated" | "freed" | "finished";
  /** drett's id of the resource or, for `finished`, of the allocation. */
  readonly id: string;
  /** The provider's id of it. */
  readonly externalId: string | undefined;
  /** What the function given to `allocation` had returned; for `finished` only. */
  readonly result: unknown;

  constructor(
    report: ReportLost["report"],
    about: { id: string; externalId?: string | undefined; result?: unknown },
    options: ErrorOptions,
  ) {
    const it = about.externalId === undefined ? about.id : `${about.id} (${about.externalId})`;
    const cause = options.cause instanceof Error ? options.cause.message : String(options.cause);
    super("report-lost", `drett was not told that ${it} is ${report}: ${cause}`, options);
    this.report = report;
    this.id = about.id;
    this.externalId = about.externalId;
    this.result = about.result;
  }
}

/** A value is given nowhere. The message names it and every place where it may be given. */
export class ArgumentMissing extends DrettError {
  override get name() {
    return "ArgumentMissing";
  }
  readonly argument: string;

  constructor(argument: string, places: string) {
    super("argument-missing", `${argument} is missing: give it ${places}`);
    this.argument = argument;
  }
}

/** A value is given that cannot be meant. */
export class ArgumentInvalid extends DrettError {
  override get name() {
    return "ArgumentInvalid";
  }
  readonly argument: string;

  constructor(argument: string, message: string) {
    super("argument-invalid", message);
    this.argument = argument;
  }
}

/**
 * For you to throw from `acquire`: your word that nothing was created. Without it only a definite refusal
 * by the provider counts as that; all else is recorded as unknown.
 */
export class NotCreated extends DrettError {
  override get name() {
    return "NotCreated";
  }
  /** Nothing came of any attempt with this id, the earlier ones included: this closes an unknown outcome. */
  readonly allAttempts: boolean;

  constructor(reason: string, options: ErrorOptions & { allAttempts?: boolean } = {}) {
    super("not-created", reason, options);
    this.allAttempts = options.allAttempts ?? false;
  }
}

/** `acquire` returned, but not with an external id: something may exist, and nobody knows what it is called. */
export class NoExternalId extends DrettError {
  override get name() {
    return "NoExternalId";
  }
  constructor(message: string) {
    super("no-external-id", message);
  }
}
