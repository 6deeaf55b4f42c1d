import { statSync } from "node:fs";
import { type Caller, type Refusal, refuse } from "@drett/core";
import { holderOf, type KeyEntry, stateOf } from "./key-entry.ts";
import { readKeyFile } from "./key-file.ts";
import { isSecretOf, readKey } from "./key-text.ts";

const LOOK_EVERY_MS = 1_000;
/** Compared with where no key has the id, so that both take the same time. */
const NOBODY = "0".repeat(64);

export interface KeyRingOptions {
  readonly path: string;
  /** Hears of a changed file that cannot be used; the keys of before go on. */
  readonly warn: (message: string) => void;
  /** Hears of each use. */
  readonly onUse?: (id: string) => void;
  readonly now?: () => number;
  /** Of the monotonic clock. */
  readonly ticks?: () => number;
}

/** The keys that let callers in, as the file has them now: looked at when one is used, at most once a second. */
export class KeyRing {
  readonly #options: KeyRingOptions;
  readonly #now: () => number;
  readonly #ticks: () => number;
  #keys: readonly KeyEntry[] = [];
  #byId: ReadonlyMap<string, KeyEntry> = new Map();
  #mark: string;
  #lookedAt: number;
  #isClosed = false;

  /** Throws where the file is there and cannot be used. */
  constructor(options: KeyRingOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#ticks = options.ticks ?? (() => performance.now());
    this.#mark = markOf(options.path);
    this.#lookedAt = this.#ticks();
    this.#take(readKeyFile(options.path));
  }

  /** Whether whoever comes is let in: while there has been no key yet. */
  get isOpen(): boolean {
    this.#look();
    return !this.#isClosed;
  }

  /** Whom a key is for. */
  holder(text: string): Caller | Refusal {
    this.#look();
    const key = readKey(text);
    if (!key) return refuse("api-key-invalid", "What was sent does not have the form of a key.");
    const entry = this.#byId.get(key.id);
    if (!isSecretOf(entry?.hash ?? NOBODY, key.secret) || !entry) {
      return refuse("api-key-invalid", "There is no such key.");
    }
    return this.#admit(entry);
  }

  /** Whom a key of one of these names is for, where somebody else has made sure that the caller is called so. */
  named(names: readonly string[]): Caller | Refusal {
    this.#look();
    const entries = this.#keys.filter(({ name }) => names.includes(name));
    const entry = entries.findLast((it) => stateOf(it, this.#now()) === "live") ?? entries.at(-1);
    if (entry) return this.#admit(entry);
    return refuse("api-key-invalid", "No key has the name that the certificate says.");
  }

  /** Looks at the file at once. */
  reload(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY;
    this.#mark = "";
    this.#look();
  }

  #admit(entry: KeyEntry): Caller | Refusal {
    const state = stateOf(entry, this.#now());
    if (state !== "live") return refuse("api-key-invalid", `The key ${entry.name} is ${state}.`);
    this.#options.onUse?.(entry.id);
    return holderOf(entry);
  }

  #look(): void {
    const ticks = this.#ticks();
    if (ticks - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#lookedAt = ticks;
    try {
      const mark = markOf(this.#options.path);
      if (mark === this.#mark) return;
      this.#mark = mark;
      this.#take(readKeyFile(this.#options.path));
    } catch (error) {
      this.#options.warn(`the keys stay as they were: ${(error as Error).message}`);
    }
  }

  /** A file that is gone lets nobody in who was kept out before. */
  #take(keys: readonly KeyEntry[]): void {
    this.#keys = keys;
    this.#byId = new Map(keys.map((key) => [key.id, key]));
    this.#isClosed ||= keys.length > 0;
  }
}

/** Changes whenever the file does. */
function markOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.size}` : "none";
}
