import { setTimeout as pause } from "node:timers/promises";
import { pageUrl } from "../crash/feed.ts";
import { get } from "../crash/http.ts";
import type { ShownFact } from "../crash/recorded.ts";
import type { Fed } from "./evidence.ts";

const EVERY_MS = 200;
const PATIENCE_MS = 3_000;

/** Reads the feed along, at whichever server answers, and stamps each fact of a resource when it was read. */
export class Follower {
  readonly fed: Fed[] = [];
  readonly #urls: readonly string[];
  readonly #end = new AbortController();
  readonly #following: Promise<void>;
  #cursor: string | undefined;

  constructor(urls: readonly string[]) {
    this.#urls = urls;
    this.#following = this.#follow();
  }

  async end(): Promise<void> {
    this.#end.abort();
    await this.#following;
  }

  async #follow(): Promise<void> {
    for (let turn = 0; !this.#end.signal.aborted; turn++) {
      const hasMore = await this.#readOne(this.#urls[turn % this.#urls.length] as string).catch(() => false);
      if (!hasMore) await pause(EVERY_MS);
    }
  }

  async #readOne(url: string): Promise<boolean> {
    const { status, body } = await get(pageUrl(url, 1_000, this.#cursor), PATIENCE_MS);
    if (status !== 200) return false;
    const { items, cursor } = body as { items: readonly Item[]; cursor: string };
    const at = Date.now();
    for (const { resource, fact } of items) {
      if (resource !== undefined) this.fed.push({ at, resource, kind: fact.kind });
    }
    this.#cursor = cursor;
    return items.length > 0;
  }
}

interface Item {
  readonly resource?: string;
  readonly fact: ShownFact;
}
