/**
 * Frees, looks at and finds what exists somewhere: operating-system processes, the machines of a cloud. It knows no
 * rule: whether something may be freed, and whether a look proves anything, is decided elsewhere.
 *
 * Every call ends soon after its signal aborts, and answers `cannot-tell` then. A rejection counts as `cannot-tell`,
 * with the error's message as the reason. Reasons are in the provider's own words; no secret belongs into them.
 */
export interface Provider {
  /** What messages, facts and metrics call it. */
  readonly name: string;

  /**
   * How what came of an intent is found: `named`: its external id follows from its drett id; `searched`: the provider
   * can be asked for what carries the drett id; `no`: it cannot be found, and `find` is missing.
   */
  readonly findable: "named" | "searched" | "no";

  /**
   * Whether an external id may come to mean another thing: `unique`: never; `guarded`: it may, but `free` touches
   * nothing else than what the record means, by a precondition of its own; `reused`: it may. What is `reused` is never
   * freed by a policy alone.
   */
  readonly identity: "unique" | "guarded" | "reused";

  /**
   * Whether whatever exists in the scope would be seen with the rights that it has now: without that, `gone` proves
   * nothing.
   */
  sees(scope: string | undefined, signal: AbortSignal): Promise<Seeing>;

  /** Asks for it to be deleted, and that alone; harmless where it is gone already. May answer before it is gone. */
  free(target: Target, signal: AbortSignal): Promise<Freeing>;

  /** By external id. `present` only if it is the thing that the record means: another one of its name is `gone`. */
  look?(target: Target, signal: AbortSignal): Promise<Looking>;

  /** By drett id. */
  find?(subject: Subject, signal: AbortSignal): Promise<Finds>;

  /** All that carries a drett id of this scope. */
  list?(scope: string | undefined, signal: AbortSignal): Promise<Listing>;

  close?(): Promise<void>;
}

/** What is known of a resource. */
export interface Subject {
  /** The drett id, which its engine put into the create call. */
  readonly id: string;
  readonly type: string;
  readonly owner: string;
  readonly application: string;
  readonly module?: string;
  readonly scope?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** What its engine sent along; may be of any shape. */
  readonly data?: object;
  /** When drett first heard of it, in milliseconds since 1970. */
  readonly since: number;
}

/** One thing that exists, as far as anybody knows. */
export interface Target extends Subject {
  readonly externalId: string;
}

interface CannotTell {
  readonly answer: "cannot-tell";
  readonly reason: string;
}

/** `as`: under which account, for the record. */
export type Seeing =
  | { readonly answer: "yes"; readonly as?: string }
  | { readonly answer: "no"; readonly reason: string }
  | CannotTell;

export type Looking = { readonly answer: "present" } | { readonly answer: "gone" } | CannotTell;

/** `found` may hold several, where one create call came to be carried out twice; none: there is nothing. */
export type Finds = { readonly answer: "found"; readonly externalIds: readonly string[] } | CannotTell;

/**
 * `accepted`: it will be gone, or is; `denied`: it may not be deleted, and asking again helps nobody; `later`: not now,
 * be it that it is throttled or in use.
 */
export type Freeing =
  | { readonly answer: "accepted" }
  | { readonly answer: "denied"; readonly reason: string }
  | { readonly answer: "later"; readonly reason: string; readonly afterSeconds?: number }
  | CannotTell;

export type Listing =
  | { readonly answer: "listed"; readonly things: readonly Listed[]; readonly isComplete: boolean }
  | CannotTell;

export interface Listed {
  /** The drett id that it carries. */
  readonly id: string;
  readonly externalId: string;
}
