import { CloudError } from "./answer.ts";
import type { Drawn } from "./faults.ts";
import type { Instance, InstancePage, Plan } from "./instance.ts";
import { Journal } from "./journal.ts";

export interface CloudOptions {
  /** Any other one is denied. Default: `main`. */
  readonly accounts?: readonly string[];
  /**
   * `unique`: no id comes back (the default); `reused`: a new thing gets the id of the one that went last; `named`: the
   * id is the name, free again once its thing is gone.
   */
  readonly ids?: "unique" | "reused" | "named";
  /** Whether create calls with the same token are one. Default: yes. */
  readonly tokens?: boolean;
  /** How long a delete takes, in milliseconds. Default: 0. */
  readonly deleteMs?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

interface Held {
  instance: Instance;
  readonly number: number;
  readonly listedFrom: number;
  readonly seenFrom: number;
  goneAt: number;
  deletedBy: string;
}

/** Whose operation it is, and what goes wrong with it. */
export interface Asking {
  readonly by: string;
  readonly faults: Drawn;
}

interface Selection {
  readonly tag?: { readonly name: string; readonly value?: string };
  readonly after: number;
  readonly limit: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/** What exists, and all that was done. Time passes for it whenever it is asked something. */
export class Cloud {
  readonly journal = new Journal();
  readonly #options: Required<CloudOptions>;
  readonly #held = new Map<string, Held>();
  readonly #tokens = new Map<string, { plan: string; instance: Instance }>();
  /** Of each account, those that may be used again, the last to become so at the end. */
  readonly #freeIds = new Map<string, string[]>();
  #created = 0;

  constructor(options: CloudOptions = {}) {
    this.#options = {
      accounts: ["main"],
      ids: "unique",
      tokens: true,
      deleteMs: 0,
      now: Date.now,
      ...options,
    };
  }

  get now(): number {
    return this.#options.now();
  }

  /** All that exists, whoever may see it. */
  get instances(): readonly Instance[] {
    this.#pass();
    return [...this.#held.values()].map(({ instance }) => instance);
  }

  enter(account: string): void {
    this.#pass();
    if (!this.#options.accounts.includes(account))
      throw new CloudError(403, "no-such-account", `there is no account ${account}, or it is not yours`);
  }

  create(account: string, plan: Plan, { by, faults }: Asking): { instance: Instance; isNew: boolean } {
    this.enter(account);
    const token = this.#options.tokens && plan.token !== undefined ? `${account} ${plan.token}` : undefined;
    const known = token === undefined ? undefined : this.#tokens.get(token);
    if (known) return { instance: this.#replay(known, plan, by), isNew: false };
    const number = ++this.#created;
    const name = plan.name ?? `instance-${number}`;
    const id = this.#newId(account, name, number, faults);
    const [now, uid] = [this.now, `u-${number}`];
    const { tags = {}, isProtected = false } = plan;
    const instance = { id, uid, account, name, tags, state: "running", isProtected, created: now } as const;
    const seenFrom = hiddenUntil(now, faults, "unseen");
    const listedFrom = Math.max(seenFrom, hiddenUntil(now, faults, "unlisted"));
    this.#held.set(keyOf(account, id), {
      instance,
      number,
      listedFrom,
      seenFrom,
      goneAt: NEVER,
      deletedBy: "",
    });
    if (token !== undefined) this.#tokens.set(token, { plan: JSON.stringify(plan), instance });
    this.journal.note(now, "created", instance, by);
    return { instance, isNew: true };
  }

  describe(account: string, id: string): Instance {
    this.enter(account);
    return this.#find(account, id).instance;
  }

  list(account: string, { tag, after, limit }: Selection, { faults }: Asking): InstancePage {
    this.enter(account);
    const wanted = [...this.#held.values()]
      .filter((it) => it.instance.account === account && it.number > after && it.listedFrom <= this.now)
      .filter(({ instance }) => tag === undefined || hasTag(instance, tag))
      .sort((one, other) => one.number - other.number);
    const page = wanted.slice(0, limit);
    const isBrokenOff = faults.has("broken-off");
    const isCut = isBrokenOff || faults.has("cut-short");
    const shown = isCut ? page.slice(0, page.length >> 1) : page;
    return {
      items: shown.map(({ instance }) => instance),
      next: isCut || wanted.length <= limit ? null : String(page.at(-1)?.number),
      isComplete: !isBrokenOff,
    };
  }

  /** `onlyUid`: of whatever has the id, only this. */
  delete(account: string, id: string, onlyUid: string | undefined, { by, faults }: Asking): Instance {
    this.enter(account);
    const held = this.#find(account, id);
    if (onlyUid !== undefined && onlyUid !== held.instance.uid) {
      this.journal.note(this.now, "refused", held.instance, by, "it is not the one that was meant");
      throw new CloudError(412, "another-one", `${id} is ${held.instance.uid}, and not ${onlyUid}`);
    }
    if (held.instance.isProtected) {
      this.journal.note(this.now, "refused", held.instance, by, "it is protected");
      throw new CloudError(403, "protected", `${id} may not be deleted: it is protected`);
    }
    held.instance = { ...held.instance, state: "deleting" };
    held.deletedBy = by;
    const lasts = faults.has("never-gone") ? (faults.get("never-gone") ?? NEVER) : this.#options.deleteMs;
    held.goneAt = this.now + lasts;
    this.journal.note(this.now, "deleting", held.instance, by);
    this.#pass();
    return held.instance;
  }

  #find(account: string, id: string): Held {
    const held = this.#held.get(keyOf(account, id));
    if (held === undefined || held.seenFrom > this.now)
      throw new CloudError(404, "no-such-instance", `there is no instance ${id} in ${account}`);
    return held;
  }

  #replay({ plan, instance }: { plan: string; instance: Instance }, again: Plan, by: string): Instance {
    if (plan !== JSON.stringify(again))
      throw new CloudError(409, "token-mismatch", "this token came with another request");
    this.journal.note(this.now, "replayed", instance, by);
    return instance;
  }

  #newId(account: string, name: string, number: number, faults: Drawn): string {
    const { ids } = this.#options;
    if (ids === "named") {
      if (this.#held.has(keyOf(account, name)))
        throw new CloudError(409, "name-taken", `there is a ${name} already`);
      return name;
    }
    const isReused = ids === "reused" || faults.has("reused-id");
    return (isReused ? this.#freeIds.get(account)?.pop() : undefined) ?? `i-${number}`;
  }

  /** What was to be gone by now is, in that order. */
  #pass(): void {
    const due = [...this.#held].filter(([, { goneAt }]) => goneAt <= this.now);
    for (const [key, { instance, goneAt, deletedBy }] of due.sort(([, a], [, b]) => a.goneAt - b.goneAt)) {
      this.#held.delete(key);
      const free = this.#freeIds.get(instance.account) ?? [];
      this.#freeIds.set(instance.account, [...free, instance.id]);
      this.journal.note(goneAt, "gone", instance, deletedBy);
    }
  }
}

const keyOf = (account: string, id: string) => `${account} ${id}`;

const hiddenUntil = (now: number, faults: Drawn, kind: "unseen" | "unlisted"): number =>
  faults.has(kind) ? now + (faults.get(kind) ?? NEVER) : now;

const hasTag = ({ tags }: Instance, { name, value }: { name: string; value?: string }) =>
  value === undefined ? Object.hasOwn(tags, name) : tags[name] === value;
