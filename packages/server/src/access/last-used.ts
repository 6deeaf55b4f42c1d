import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const WRITE_EVERY_MS = 60_000;

export const lastUsedIn = (directory: string) => join(directory, "keys-used.json");

export type LastUsed = Readonly<Record<string, string>>;

/** When each key was used last, by its id; nothing where that is not known. */
export function readLastUsed(path: string): LastUsed {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as LastUsed;
  } catch {
    return {};
  }
}

interface UseLogOptions {
  readonly path: string;
  readonly warn: (message: string) => void;
  readonly now?: () => number;
}

/** Notes when keys are used. It is written at most once a minute: nobody waits for it, and a crash may lose a minute. */
export class UseLog {
  readonly #options: UseLogOptions;
  readonly #now: () => number;
  readonly #used = new Map<string, number>();
  #writtenAt = Number.NEGATIVE_INFINITY;

  constructor(options: UseLogOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  used(id: string): void {
    const now = this.#now();
    this.#used.set(id, now);
    if (Math.abs(now - this.#writtenAt) >= WRITE_EVERY_MS) this.flush();
  }

  /** What others have noted within the same minute is good enough. */
  flush(): void {
    if (this.#used.size === 0) return;
    const { path, warn } = this.#options;
    this.#writtenAt = this.#now();
    const noted: Record<string, string> = { ...readLastUsed(path) };
    const isNews = ([id, time]: [string, number]) =>
      noted[id] === undefined || Math.abs(time - Date.parse(noted[id])) >= WRITE_EVERY_MS;
    const news = [...this.#used].filter(isNews);
    if (news.length === 0) return;
    for (const [id, time] of news) noted[id] = new Date(time).toISOString();
    try {
      const draft = `${path}.${process.pid}`;
      writeFileSync(draft, `${JSON.stringify(noted)}\n`, { mode: 0o600 });
      renameSync(draft, path);
      this.#used.clear();
    } catch (error) {
      warn(`when keys were used cannot be noted: ${(error as Error).message}`);
    }
  }
}
